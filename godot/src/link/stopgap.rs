//! Sends with values that the engine's own JSON class writes.

use std::time::Duration;

use framewire::link::{Link, Refusal, Sent};
use godot::classes::{Image, Json};
use godot::global::Error;
use godot::prelude::*;

#[derive(Clone, Copy, Debug)]
pub enum SendError {
    Refused(Refusal),
    Image,
}

impl From<Refusal> for SendError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl SendError {
    pub fn code(self) -> Error {
        match self {
            Self::Image => Error::ERR_INVALID_PARAMETER,
            Self::Refused(refusal) => refusal_code(refusal),
        }
    }
}

impl std::fmt::Display for SendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the call was not sent: {self:?}")
    }
}

pub fn refusal_code(refusal: Refusal) -> Error {
    match refusal {
        Refusal::WouldBlock => Error::ERR_BUSY,
        Refusal::NotOpen => Error::ERR_CONNECTION_ERROR,
        Refusal::TooLarge => Error::ERR_OUT_OF_MEMORY,
        Refusal::Unknown => Error::ERR_DOES_NOT_EXIST,
        Refusal::AlreadyAnswered => Error::ERR_ALREADY_EXISTS,
        Refusal::Expired => Error::ERR_TIMEOUT,
        Refusal::Lost => Error::ERR_CONNECTION_ERROR,
        Refusal::Unsupported => Error::ERR_UNAVAILABLE,
        Refusal::Invalid => Error::ERR_INVALID_PARAMETER,
        Refusal::Closed => Error::ERR_UNCONFIGURED,
        Refusal::Internal => Error::FAILED,
    }
}

#[derive(Clone, Copy, Debug)]
pub enum Accepted {
    #[expect(dead_code)]
    Sent(Sent),
}

pub struct Outgoing(Link);

fn json(value: &Variant) -> Vec<u8> {
    Json::stringify(value).to_string().into_bytes()
}

fn json_object(value: &Variant) -> Vec<u8> {
    if value.is_nil() { b"{}".to_vec() } else { json(value) }
}

impl Outgoing {
    pub fn new(link: Link) -> Self {
        Self(link)
    }

    pub fn respond(&self, id: u64, data: &Variant) -> Result<Accepted, SendError> {
        Ok(Accepted::Sent(self.0.respond(id, &json(data))?))
    }

    pub fn respond_envelope(&self, id: u64, envelope: &Variant) -> Result<Accepted, SendError> {
        Ok(Accepted::Sent(self.0.respond_envelope(id, &json(envelope))?))
    }

    pub fn respond_error(&self, id: u64, code: &str, message: &str, data: &Variant) -> Result<Accepted, SendError> {
        let data = (!data.is_nil()).then(|| json(data));
        Ok(Accepted::Sent(self.0.respond_error(id, code, message, data.as_deref())?))
    }

    pub fn respond_bytes(
        &self,
        id: u64,
        data: &Variant,
        pointer: &str,
        bytes: &PackedByteArray,
    ) -> Result<Accepted, SendError> {
        let mut object = data.try_to::<VarDictionary>().unwrap_or_default().duplicate_shallow();
        if let Some(key) = pointer.strip_prefix('/').filter(|key| !key.contains('/')) {
            object.set(key, "");
        }
        Ok(Accepted::Sent(self.0.respond_attachment(id, &json(&object.to_variant()), pointer, bytes.as_slice())?))
    }

    pub fn respond_image(
        &self,
        id: u64,
        image: &Gd<Image>,
        data: &Variant,
        pointer: &str,
    ) -> Result<Accepted, SendError> {
        let png = image.save_png_to_buffer();
        if png.is_empty() {
            return Err(SendError::Image);
        }
        self.respond_bytes(id, data, pointer, &png)
    }

    pub fn notify(&self, name: &str, data: &Variant) -> Result<Accepted, SendError> {
        Ok(Accepted::Sent(self.0.notify(name, &json_object(data))?))
    }

    pub fn request(&self, method: &str, params: &Variant, timeout_ms: u32) -> Result<u64, SendError> {
        let params = if params.is_nil() { Vec::new() } else { json(params) };
        Ok(self.0.request(method, &params, timeout_ms)?)
    }

    pub fn send_text(&self, text: &GString) -> Result<Accepted, SendError> {
        Ok(Accepted::Sent(self.0.send_text(text.to_string().as_bytes())?))
    }

    pub fn send_binary(&self, bytes: &PackedByteArray) -> Result<Accepted, SendError> {
        Ok(Accepted::Sent(self.0.send_binary(bytes.as_slice())?))
    }

    pub fn close(&self, _linger: Duration) {}
}

/// A payload as a value.
pub fn decode(payload: &[u8]) -> Variant {
    let mut json = Json::new_gd();
    let text = GString::from(String::from_utf8_lossy(payload).as_ref());
    if json.parse(&text) == Error::OK { json.get_data() } else { Variant::nil() }
}
