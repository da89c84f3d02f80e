//! What is generated from the sources is what is checked in: the C header, the list of the ABI, the C# imports.
//!
//! `BLESS=1` writes them (that is `make generate`); without it, drift fails.
#![cfg(feature = "capi")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[path = "generated/csharp.rs"]
mod csharp;
#[path = "generated/csharp_names.rs"]
mod csharp_names;
#[path = "generated/header.rs"]
mod header;
#[path = "generated/layout.rs"]
mod layout;

use header::Header;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The header as the sources have it now.
fn fresh_header() -> String {
    let mut config = cbindgen::Config::from_file(root().join("bindings/cbindgen.toml")).unwrap();
    let helpers = config.trailer.take().unwrap();
    config.trailer = Some(format!("{helpers}\n{}\n#endif /* FRAMEWIRE_H */", layout::c_checks()));
    let source = root().join("src/ffi/mod.rs");
    let bindings = cbindgen::Builder::new().with_config(config).with_src(source).generate().unwrap();
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = String::from_utf8(text).unwrap();
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// The golden list: every export, number, struct and field.
fn fresh_list(header: &Header) -> String {
    let mut list = String::from(
        "# The C ABI of Framewire, one item a line. `make generate` writes it; a difference is a change of the ABI.\n\
         # Allowed within a major version: new lines; a larger struct whose new fields stand at its end.\n",
    );
    for (name, prototype) in &header.functions {
        writeln!(list, "function {name}: {prototype}").unwrap();
    }
    for (name, value) in &header.constants {
        writeln!(list, "constant {name} = {value}").unwrap();
    }
    for (name, target) in &header.typedefs {
        writeln!(list, "typedef {name} = {target}").unwrap();
    }
    for shape in layout::shapes() {
        writeln!(list, "struct {} size {} align {}", shape.name, shape.size, shape.align).unwrap();
        for field in &shape.fields {
            let kind = header.field_type(shape.name, field.name);
            writeln!(list, "field {}.{} at {} size {}: {kind}", shape.name, field.name, field.offset, field.size)
                .unwrap();
        }
    }
    list
}

fn compare(path: &str, fresh: &str) {
    let path = root().join(path);
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&path, fresh).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if kept == fresh {
        return;
    }
    let line = kept.lines().zip(fresh.lines()).take_while(|(kept, fresh)| kept == fresh).count();
    panic!(
        "{} is not what the sources say, from line {} on:\n  checked in: {}\n  generated:  {}\n\
         If the change is meant, run `make generate`, look at the difference, and commit it.",
        path.display(),
        line + 1,
        kept.lines().nth(line).unwrap_or("(end)"),
        fresh.lines().nth(line).unwrap_or("(end)"),
    );
}

#[test]
fn the_header_is_up_to_date() {
    compare("include/framewire.h", &fresh_header());
}

#[test]
fn the_list_of_the_abi_is_up_to_date() {
    compare("bindings/abi.txt", &fresh_list(&Header::parse(&fresh_header())));
}

#[test]
fn the_csharp_imports_are_up_to_date() {
    let header = Header::parse(&fresh_header());
    compare("unity/Runtime/Native.g.cs", &csharp::native(&header, &layout::shapes()));
    compare("unity/Runtime/Numbers.g.cs", &csharp::numbers(&header));
    compare("unity/Runtime/FramewireConfig.g.cs", &csharp::config(&header));
}

#[test]
fn the_layout_names_every_struct_and_field_and_none_has_padding() {
    let header = Header::parse(&fresh_header());
    let shapes = layout::shapes();
    let here: BTreeSet<_> = shapes.iter().map(|shape| shape.name.to_owned()).collect();
    assert_eq!(here, header.structs.keys().cloned().collect());
    for shape in shapes {
        let declared: Vec<_> = header.structs[shape.name].iter().map(|(name, _)| name.as_str()).collect();
        let named: Vec<_> = shape.fields.iter().map(|field| field.name).collect();
        assert_eq!(named, declared, "tests/generated/layout.rs must list the fields of {} in order", shape.name);
        let end = shape.fields.iter().fold(0, |end, field| {
            assert_eq!(field.offset, end, "padding before {}.{}", shape.name, field.name);
            end + field.size
        });
        assert_eq!(end, shape.size, "padding at the end of {}", shape.name);
    }
}

#[test]
fn every_function_is_documented_under_the_same_headings() {
    let header = Header::parse(&fresh_header());
    assert!(header.functions.len() >= 30);
    for name in header.functions.keys() {
        let doc = &header.docs[name];
        let at = |heading: &str| {
            doc.find(&format!("\n{heading}")).unwrap_or_else(|| panic!("{name} does not say: {heading}"))
        };
        let order = [at("Ownership:"), at("Threads:"), at("Blocks:"), at("Returns")];
        assert!(order.is_sorted(), "the headings of {name} are out of order");
        assert!(order[0] > 20, "{name} does not say first what it does");
        if header.functions[name].starts_with("framewire_status ") {
            assert!(doc.contains("\n- `FRAMEWIRE_OK`"), "{name} lists no statuses");
        }
    }
}

#[test]
fn every_constant_and_struct_is_documented() {
    let header = Header::parse(&fresh_header());
    for name in header.constants.keys().chain(header.structs.keys()).chain(header.typedefs.keys()) {
        assert!(header.docs.get(name).is_some_and(|doc| !doc.is_empty()), "{name} has no words");
    }
}

/// Compiles `source` against the header as the sources have it now, without output.
fn compile(variable: &str, default: &str, standard: &str, source: &str) -> Output {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("header");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("framewire.h"), fresh_header()).unwrap();
    let language = if default == "cc" { "c" } else { "cpp" };
    let file = directory.join(format!("includes_it.{language}"));
    std::fs::write(&file, source).unwrap();
    let compiler = std::env::var(variable).unwrap_or_else(|_| default.to_owned());
    Command::new(&compiler)
        .args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"])
        .arg(file)
        .output()
        .unwrap_or_else(|error| panic!("{compiler}: {error}; install a C and C++ compiler, or set {variable}"))
}

#[test]
#[cfg(unix)]
fn the_header_compiles_alone_and_twice_and_its_layout_is_c_s() {
    let sources = [
        "#include \"framewire.h\"\n#include \"framewire.h\"\n",
        "#define FRAMEWIRE_CHECK_LAYOUT\n#include \"framewire.h\"\n\
         extern struct framewire_str view;\n\
         struct framewire_str view_of(const char *text, int absent);\n\
         struct framewire_str view_of(const char *text, int absent)\n\
         { return absent ? FRAMEWIRE_STR(\"literal\") : framewire_str_from(text); }\n\
         int done(framewire_status status);\n\
         int done(framewire_status status) { return FRAMEWIRE_SUCCEEDED(status) && status == FRAMEWIRE_OK; }\n",
    ];
    for source in sources {
        for (variable, default, standard) in [
            ("CC", "cc", "-std=c99"),
            ("CC", "cc", "-std=c11"),
            ("CXX", "c++", "-std=c++11"),
            ("CXX", "c++", "-std=c++17"),
        ] {
            let output = compile(variable, default, standard, source);
            assert!(output.status.success(), "{standard}:\n{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    let wrong = "#define FRAMEWIRE_CHECK_LAYOUT\n#include \"framewire.h\"\n\
                 FRAMEWIRE_ASSERT_(forced, sizeof(struct framewire_str) == 17);\n";
    let output = compile("CC", "cc", "-std=c99", wrong);
    assert!(!output.status.success(), "the checks of the layout do not check");
}

/// The cdylib that cargo built beside this test.
#[cfg(target_os = "linux")]
fn library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let library = test.with_file_name("libframewire.so");
    assert!(library.exists(), "{} is missing: build the library first", library.display());
    library
}

#[test]
#[cfg(target_os = "linux")]
fn the_library_exports_exactly_the_list() {
    let output = Command::new("nm").args(["-D", "--defined-only"]).arg(library()).output().expect("nm (binutils)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let exported: BTreeSet<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2).map(str::to_owned))
        .collect();
    let listed: BTreeSet<String> = Header::parse(&fresh_header()).functions.into_keys().collect();
    assert_eq!(exported, listed);
}
