//! Compiles the C programs into `target/c_harness`, linked with the cdylib that cargo built beside this test.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use crate::skip::skip;

/// A program and its sources under `tests/c`.
pub struct Program {
    name: &'static str,
    sources: &'static [&'static str],
    /// Gives the library that it is linked with.
    links: Option<fn() -> PathBuf>,
}

pub const EDITOR_HOST: Program = Program {
    name: "editor_host",
    sources: &[
        "editor_host.c",
        "host_commands.c",
        "host_events.c",
        "host_executed.c",
        "host_frames.c",
        "host_json.c",
        "host_options.c",
        "host_flood.c",
        "host_reload.c",
        "host_reports.c",
        "host_requests.c",
        "host_script.c",
        "platform.c",
    ],
    links: Some(library),
};
pub const EDITOR_HOST_CPP: Program =
    Program { name: "editor_host_cpp", sources: &["editor_host.cpp", "platform.c"], links: Some(library) };
pub const MISUSE: Program = Program {
    name: "misuse",
    sources: &[
        "misuse.c",
        "misuse_attach.c",
        "misuse_config.c",
        "misuse_sizes.c",
        "misuse_threads.c",
        "check.c",
        "platform.c",
    ],
    links: Some(library),
};
pub const PROCESS: Program =
    Program { name: "process", sources: &["process.c", "check.c", "platform.c"], links: Some(library) };
pub const PROCESS_UNLOAD: Program =
    Program { name: "process_unload", sources: &["process_unload.c", "platform.c"], links: None };
pub const HEADER: Program =
    Program { name: "header", sources: &["header_first.c", "header_second.c"], links: Some(library) };
pub const OWNERS: Program =
    Program { name: "owners", sources: &["owners.cpp", "check.c", "platform.c"], links: Some(library) };
pub const PANIC: Program =
    Program { name: "panic", sources: &["panic.c", "check.c", "platform.c"], links: Some(faulty_library) };
pub const OVERFLOW: Program = Program { name: "overflow", sources: &["overflow.c"], links: None };
pub const LEAK: Program = Program { name: "leak", sources: &["leak.c"], links: None };
pub const UNDEFINED: Program = Program { name: "undefined", sources: &["undefined.c"], links: None };

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Language {
    C99,
    Cpp17,
}

/// What a program is built to be run under.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Flavour {
    Plain,
    Sanitized,
    Memcheck,
}

fn compiler(language: Language) -> String {
    let (variable, default) = match language {
        Language::C99 => ("CC", "cc"),
        Language::Cpp17 => ("CXX", "c++"),
    };
    std::env::var(variable).unwrap_or_else(|_| default.to_owned())
}

fn library_name() -> String {
    format!("{}framewire{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

/// The cdylib under test. Cargo builds it together with this test, and never leaves an older one in its place.
pub fn library() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let library = test.parent().expect("a directory").join(library_name());
    assert!(library.is_file(), "{} is missing: was the package built without its cdylib?", library.display());
    library
}

/// The cdylib with the feature `fault-injection`, built here: no build that is given away has it.
fn faulty_library() -> PathBuf {
    let target = output_directory().with_file_name("fault");
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("build").args(["--quiet", "--locked", "--lib"]);
    // Without TLS, which panics no differently, the build is short.
    command.args(["--no-default-features", "--features", "capi,fault-injection", "--target-dir"]).arg(&target);
    // An object directory of another target would lie elsewhere.
    let result = command.env_remove("CARGO_BUILD_TARGET").output().expect("cargo runs");
    let library = target.join("debug").join(library_name());
    assert!(
        result.status.success() && library.is_file(),
        "the library with fault-injection does not build:\n{}",
        String::from_utf8_lossy(&result.stderr)
    );
    library
}

/// `target/c_harness`: in `target/c` lies the host that make builds, which other tests may be running.
pub fn output_directory() -> PathBuf {
    let library = library();
    let target = library.ancestors().nth(3).expect("target/PROFILE/deps above the library");
    let directory = target.join("c_harness");
    std::fs::create_dir_all(&directory).expect("target/c_harness is made");
    directory
}

fn answers(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Whether what `flavour` needs is installed; if not, says so (see [`skip`]).
pub fn tools_are_there(flavour: Flavour) -> bool {
    for language in [Language::C99, Language::Cpp17] {
        let compiler = compiler(language);
        if !answers(Command::new(&compiler).arg("--version")) {
            skip(&format!("there is no compiler `{compiler}`: install one, or name it in CC and CXX"));
            return false;
        }
    }
    let (there, missing) = match flavour {
        Flavour::Plain => (true, ""),
        Flavour::Sanitized => {
            (sanitizers_link(), "the compiler has no AddressSanitizer: install its libasan and libubsan")
        }
        Flavour::Memcheck => (answers(Command::new("valgrind").arg("--version")), "there is no valgrind: install it"),
    };
    if !there {
        skip(missing);
    }
    there
}

const SANITIZERS: [&str; 3] = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

fn sanitizers_link() -> bool {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/overflow.c");
    answers(
        Command::new(compiler(Language::C99))
            .args(SANITIZERS)
            .arg(source)
            .arg("-o")
            .arg(output_directory().join("sanitizers_link")),
    )
}

/// What has been built in this run, or is being built by another test.
type Built = HashMap<(&'static str, Language, Flavour), Arc<OnceLock<PathBuf>>>;
static BUILT: LazyLock<Mutex<Built>> = LazyLock::new(Mutex::default);

/// Builds `program`, once for all tests of this run, and returns its path. A warning is a failure.
pub fn build(program: &Program, language: Language, flavour: Flavour) -> PathBuf {
    let place =
        BUILT.lock().expect("no test panics here").entry((program.name, language, flavour)).or_default().clone();
    place.get_or_init(|| compile(program, language, flavour)).clone()
}

fn compile(program: &Program, language: Language, flavour: Flavour) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let as_cpp = if language == Language::Cpp17 { "_as_cpp" } else { "" };
    let output = output_directory().join(match flavour {
        Flavour::Plain => format!("{}{as_cpp}", program.name),
        flavour => format!("{}_{flavour:?}{as_cpp}", program.name).to_lowercase(),
    });

    let mut command = Command::new(compiler(language));
    match language {
        Language::C99 => command.arg("-std=c99"),
        Language::Cpp17 => command.args(["-std=c++17", "-x", "c++"]),
    };
    command.args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"]);
    match flavour {
        Flavour::Plain => command.arg("-O2"),
        Flavour::Sanitized => command.arg("-O1").args(SANITIZERS),
        Flavour::Memcheck => command.arg("-O1"),
    };
    command.arg("-I").arg(root.join("include")).arg("-I").arg(root.join("bindings/cpp"));
    command.args(program.sources.iter().map(|source| root.join("tests/c").join(source)));
    if language == Language::Cpp17 {
        command.args(["-x", "none"]);
    }
    if let Some(library) = program.links {
        let library = library();
        let library_directory = library.parent().expect("a directory");
        command.arg("-L").arg(library_directory).arg("-lframewire");
        command.arg(format!("-Wl,-rpath,{}", library_directory.display()));
    }
    // Another process of this run may build the same program, or be about to start it: it is put in place in one step.
    let unfinished = output.with_extension(std::process::id().to_string());
    command.args(["-lpthread", "-ldl", "-o"]).arg(&unfinished);

    let result = command.output().expect("the compiler runs");
    assert!(
        result.status.success(),
        "{} as {language:?} for {flavour:?} does not build:\n{}",
        program.name,
        String::from_utf8_lossy(&result.stderr)
    );
    std::fs::rename(&unfinished, &output).expect("a built program is moved");
    output
}
