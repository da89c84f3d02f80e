//! Reads what cbindgen wrote: just enough of C to list its items.
use std::collections::BTreeMap;

/// The items of the header by name.
#[derive(Default)]
pub struct Header {
    /// Name and prototype, on one line.
    pub functions: BTreeMap<String, String>,
    pub constants: BTreeMap<String, u64>,
    pub typedefs: BTreeMap<String, String>,
    /// Name, and fields with their types in order.
    pub structs: BTreeMap<String, Vec<(String, String)>>,
    /// The words right before an item, line by line; those of a field under `STRUCT.FIELD`.
    pub docs: BTreeMap<String, String>,
}

impl Header {
    pub fn parse(text: &str) -> Self {
        let (_, body) = text.split_once("#include <stdint.h>").expect("the includes come first");
        let (body, _) = body.split_once("#ifdef __cplusplus\n}").expect("the functions end the C part");
        let mut header = Self::default();
        let mut doc = String::new();
        let mut rest = body;
        while !rest.trim_start().is_empty() {
            rest = rest.trim_start();
            if let Some(comment) = rest.strip_prefix("//") {
                let (line, after) = comment.split_once('\n').expect("a line ends");
                let line = line.trim_start_matches('/');
                doc += line.strip_prefix(' ').unwrap_or(line);
                doc.push('\n');
                rest = after;
            } else if rest.starts_with('#') || rest.starts_with("extern \"C\"") {
                let (line, after) = rest.split_once('\n').expect("a line ends");
                if let Some((name, value)) = line.strip_prefix("#define ").and_then(|line| line.split_once(' ')) {
                    header.constants.insert(name.to_owned(), value.parse().expect("a number"));
                    header.docs.insert(name.to_owned(), std::mem::take(&mut doc));
                }
                rest = after;
            } else if let Some(after) = rest.strip_prefix("typedef struct ") {
                let (name, after) = after.split_once(" {").expect("a struct has a body");
                let (fields, after) = after.split_once("\n}").expect("a body ends");
                header.structs.insert(name.to_owned(), fields_of(fields));
                header.docs.extend(field_docs(name, fields));
                header.docs.insert(name.to_owned(), std::mem::take(&mut doc));
                rest = after.split_once(';').expect("a struct ends").1;
            } else {
                let (item, after) = rest.split_once(';').expect("an item ends");
                let item = item.split_whitespace().collect::<Vec<_>>().join(" ");
                header.item(&item, std::mem::take(&mut doc));
                rest = after;
            }
        }
        header
    }

    fn item(&mut self, item: &str, doc: String) {
        let name = if let Some(typedef) = item.strip_prefix("typedef ") {
            let (target, name) = typedef.rsplit_once(' ').expect("a typedef has a name");
            self.typedefs.insert(name.to_owned(), target.to_owned());
            name
        } else {
            let (head, _) = item.split_once('(').expect("all else are functions");
            let name = head.rsplit([' ', '*']).next().expect("a function has a name");
            self.functions.insert(name.to_owned(), item.to_owned());
            name
        };
        self.docs.insert(name.to_owned(), doc);
    }

    /// The C type of a field.
    pub fn field_type(&self, of: &str, field: &str) -> &str {
        let fields = self.structs.get(of).unwrap_or_else(|| panic!("the header has no struct {of}"));
        let found = fields.iter().find(|(name, _)| name == field);
        &found.unwrap_or_else(|| panic!("{of} has no field {field}")).1
    }
}

fn fields_of(body: &str) -> Vec<(String, String)> {
    let code = |line: &&str| !line.trim_start().starts_with("//");
    let plain = body.lines().filter(code).collect::<Vec<_>>().join("\n");
    let fields = plain.split(';').map(str::trim).filter(|field| !field.is_empty());
    fields
        .map(|field| {
            let (declared, array) =
                field.split_once('[').map_or((field, String::new()), |(field, length)| (field, format!("[{length}")));
            let at = declared.rfind([' ', '*']).expect("a field has a type") + 1;
            let (kind, name) = declared.split_at(at);
            (name.to_owned(), format!("{}{array}", kind.trim()))
        })
        .collect()
}

/// The words before each field of the struct `of`.
fn field_docs(of: &str, body: &str) -> Vec<(String, String)> {
    let mut docs = Vec::new();
    let mut doc = String::new();
    for line in body.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("///") {
            doc += words.trim();
            doc.push('\n');
        } else if let Some((name, _)) = fields_of(line).into_iter().next() {
            docs.push((format!("{of}.{name}"), std::mem::take(&mut doc)));
        }
    }
    docs
}
