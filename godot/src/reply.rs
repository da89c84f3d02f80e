//! The class of what a call of ours came to.

use godot::prelude::*;

use crate::link::source::Source;
use crate::value::gstring;

/// What a call made with [method FramewireLink.request] came to. Every call has exactly one, whatever happens to it.
///
/// [codeblock]
/// var reply: FramewireReply = await link.request("echo", {"text": "hello"})
/// if reply.ok:
///     print(reply.data)
/// else:
///     push_warning("%s: %s" % [reply.code, reply.message])
/// [/codeblock]
#[derive(GodotClass)]
#[class(tool, init, base = RefCounted)]
pub struct FramewireReply {
    /// Whether the server answered with a result.
    #[var(no_set)]
    pub ok: bool,
    /// The result; of a refusal the data that the server gave with it; else [code]null[/code].
    #[var(no_set)]
    pub data: Variant,
    /// Empty where [member ok] is [code]true[/code]. The server's own error code as text (JSON-RPC: [code]"-32601"[/code]), or
    /// what ended the call before a reply: the name of a [code]REASON_*[/code] constant of [FramewireLink] without its prefix
    /// (such as [code]"TIMEOUT"[/code], [code]"LOST"[/code], [code]"CANCELLED"[/code], [code]"CLOSED_BY_HOST"[/code]),
    /// [code]"RELOADING"[/code] if the extension was unloaded, or [code]"NOT_SENT"[/code] if the call was never sent.
    #[var(no_set)]
    pub code: GString,
    /// What went wrong, for a person; empty where [member ok] is [code]true[/code].
    #[var(no_set)]
    pub message: GString,
    /// Time between the call and its end, in milliseconds.
    #[var(no_set)]
    pub age_ms: i64,
    /// The result as the server wrote it, JSON, where it could not be decoded, or was not to be; else empty.
    #[var(no_set)]
    pub text: GString,

    source: Option<Source>,
    base: Base<RefCounted>,
}

impl Drop for FramewireReply {
    fn drop(&mut self) {
        if let Some(source) = &self.source {
            source.end_share(std::mem::take(&mut self.data));
        }
    }
}

/// The parts of a reply.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// See [`FramewireReply::ok`], as the others.
    pub ok: bool,
    /// The result, or the data of an error.
    pub data: Variant,
    /// The result as text, where it is no value.
    pub text: GString,
    /// The code of a failure.
    pub code: String,
    /// Words for a person.
    pub message: String,
    /// Time since the call, ms.
    pub age_ms: i64,
    /// Where the data comes from.
    pub source: Option<Source>,
}

impl Outcome {
    /// A failure without data.
    pub fn failed(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), ..Self::default() }
    }

    /// The object that shows it.
    pub fn into_reply(self) -> Gd<FramewireReply> {
        Gd::from_init_fn(|base| FramewireReply {
            ok: self.ok,
            data: self.data,
            code: GString::from(&self.code),
            message: gstring(self.message.as_bytes()),
            age_ms: self.age_ms,
            text: self.text,
            source: self.source,
            base,
        })
    }
}
