//! The files of the project, and Rust text without what a rule must not see.

use std::fs;
use std::path::{Path, PathBuf};

/// A file that rules look at.
pub struct Source {
    /// Path from the root of the project, with `/`.
    pub path: String,
    /// What stands in it.
    pub text: String,
    /// Whether it holds nothing but unit tests and what they need.
    pub is_test: bool,
}

impl Source {
    /// The file at `path`, which says `text`; [`library`] finds out more about what is a test.
    pub fn new(path: &str, text: &str) -> Self {
        let is_test = path.ends_with("_tests.rs") || path.ends_with("/tests.rs");
        Self { path: path.to_owned(), text: text.to_owned(), is_test }
    }

    /// Whether the file lies in `folder`.
    pub fn is_in(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether the name ends in one of `extensions`.
    pub fn has_extension(&self, extensions: &[&str]) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| extensions.iter().any(|e| found == *e))
    }
}

/// The root of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the project that is text and no build product.
pub fn project() -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root(), &root(), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The Rust files of the library: `src/` without the command line.
pub fn library() -> Vec<Source> {
    crate_in("src")
}

/// The Rust files of the Godot extension.
pub fn extension() -> Vec<Source> {
    crate_in("godot/src")
}

/// The Rust files under `folder` that are part of its library.
fn crate_in(folder: &str) -> Vec<Source> {
    let is_program = |source: &Source| source.is_in("src/bin");
    let mut sources: Vec<Source> = project()
        .into_iter()
        .filter(|source| source.is_in(folder) && !is_program(source) && source.has_extension(&["rs"]))
        .collect();
    let tests: Vec<String> = sources.iter().flat_map(test_modules).collect();
    for source in &mut sources {
        source.is_test |= tests.iter().any(|module| source.path == format!("{module}.rs") || source.is_in(module));
    }
    sources
}

/// Paths, without `.rs`, of the modules that `source` mounts for tests only.
fn test_modules(source: &Source) -> Vec<String> {
    let code = code_only(&source.text);
    let folder = match source.path.rsplit_once('/') {
        Some((folder, "mod.rs" | "lib.rs")) => folder,
        _ => source.path.trim_end_matches(".rs"),
    };
    let mounted = code.split("#[cfg(test)]").skip(1).filter_map(|rest| {
        let (item, _) = rest.split_once([';', '{'])?;
        let (_, name) = item.split_once("mod ")?;
        Some(format!("{folder}/{}", name.trim()))
    });
    mounted.collect()
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    const LEFT_OUT: [&str; 5] = ["target", ".git", "__pycache__", "node_modules", ".venv"];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if LEFT_OUT.contains(&name.as_str()) || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, found);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            found.push(Source::new(&path, &text));
        }
    }
}

/// `text` with comments, strings and characters blanked out; lines and columns stay where they were.
pub fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = at + opaque_len(bytes, at);
        for byte in &mut code[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8(code).unwrap()
}

/// How many bytes from `at` are one comment, string or character; 0 if none starts there.
fn opaque_len(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let starts_word = at == 0 || !is_word(bytes[at - 1]);
    let is_raw = rest[0] == b'r' || rest.starts_with(b"br") || rest.starts_with(b"cr");
    if rest.starts_with(b"//") {
        return rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
    }
    if rest.starts_with(b"/*") {
        return block_comment_len(rest);
    }
    if is_raw && starts_word {
        return raw_string_len(rest);
    }
    match rest[0] {
        b'"' => quoted_len(rest, b'"'),
        // A lifetime is no character: it has no closing quote right behind one character or escape.
        b'\'' if rest.get(1) == Some(&b'\\') => quoted_len(rest, b'\''),
        b'\'' => {
            let character = std::str::from_utf8(&rest[1..rest.len().min(5)])
                .or_else(|e| std::str::from_utf8(&rest[1..=e.valid_up_to()]))
                .ok()
                .and_then(|text| text.chars().next());
            match character {
                Some(c) if rest.get(1 + c.len_utf8()) == Some(&b'\'') => c.len_utf8() + 2,
                _ => 0,
            }
        }
        _ => 0,
    }
}

fn block_comment_len(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

fn raw_string_len(rest: &[u8]) -> usize {
    let prefix = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let hashes = rest[prefix..].iter().take_while(|&&b| b == b'#').count();
    let body = prefix + hashes + 1;
    if rest.get(body - 1) != Some(&b'"') {
        return 0;
    }
    let closing = format!("\"{}", "#".repeat(hashes));
    let close = rest[body..].windows(closing.len()).position(|window| window == closing.as_bytes());
    close.map_or(rest.len(), |position| body + position + closing.len())
}

fn quoted_len(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// `code` (see [`code_only`]) with every `#[cfg(test)]` item blanked out.
pub fn without_tests(code: &str) -> String {
    let mut kept = code.to_owned();
    while let Some(start) = kept.find("#[cfg(test)]") {
        let end = start + item_len(&kept[start..]);
        let blank: String = kept[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        kept.replace_range(start..end, &blank);
    }
    kept
}

/// Length of the item at the start of `code`: to its closing brace, or its semicolon if that comes first.
fn item_len(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// Where `word` stands as a word of its own, or as the start of one that ends in punctuation, such as `dbg!`.
pub fn find_word<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = code[..at].bytes().next_back();
        let after = code[at + word.len()..].bytes().next();
        let joined_before = word.bytes().next().is_some_and(is_word) && before.is_some_and(is_word);
        let joined_after = word.bytes().next_back().is_some_and(is_word) && after.is_some_and(is_word);
        !joined_before && !joined_after
    })
}

/// Whether `byte` may stand in an identifier.
pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The number of the line of `text` that holds the byte at `at`, from 1.
pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}
