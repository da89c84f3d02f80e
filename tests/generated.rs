//! Regenerates what is generated and compares; `BLESS=1` writes it.
#[test]
fn header() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(root.join("bindings/cbindgen.toml")).unwrap();
    let bindings =
        cbindgen::Builder::new().with_config(config).with_src(root.join("src/ffi/mod.rs")).generate().unwrap();
    let mut text = Vec::new();
    bindings.write(&mut text);
    std::fs::write(root.join("include/framewire.h"), text).unwrap();
}
