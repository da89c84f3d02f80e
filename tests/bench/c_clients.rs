//! The clients written in C: ours on the C ABI, libwebsockets, libcurl.

use std::io;
use std::path::{Path, PathBuf};

use crate::programs::{self, Folders, Outcome, Server};

const FRAME_SOURCES: [&str; 12] = [
    "frame_bench.c",
    "frame_idle.c",
    "frame_requests.c",
    "frame_large.c",
    "frame_attachment.c",
    "frame_flood.c",
    "frame_streams.c",
    "frame_links.c",
    "allocations.c",
    "link.c",
    "measure.c",
    "system_calls.c",
];

/// The C programs, or why there is none.
pub struct Clients {
    pub frame: PathBuf,
    pub web_sockets: Result<PathBuf, Missing>,
    pub curl: Result<PathBuf, Missing>,
}

impl Clients {
    /// Compiles them against the header and the given library; a peer that is not installed is no error.
    pub fn compile(folders: &Folders, library: &Path) -> io::Result<Self> {
        let place = library.parent().map(|place| place.display().to_string()).unwrap_or_default();
        let link = [library.display().to_string(), format!("-Wl,-rpath,{place}")];
        let frame = folders.compile("frame_bench", &FRAME_SOURCES, &link)?;
        Ok(Self {
            frame,
            web_sockets: peer(folders, "lws_client", "-lwebsockets", LIBWEBSOCKETS)?,
            curl: peer(folders, "curl_client", "-lcurl", LIBCURL)?,
        })
    }

    /// Arguments of one run against `server`.
    pub fn arguments(&self, mode: &str, server: &Server, more: &[u64]) -> Vec<String> {
        let mut arguments = vec![mode.to_owned(), server.web_socket_port.to_string()];
        arguments.extend(more.iter().map(u64::to_string));
        arguments
    }
}

/// A peer's library that is not installed.
#[derive(Clone, Copy)]
pub struct Missing {
    package: &'static str,
    /// Whether a complete run has this row.
    needed: bool,
}

const LIBWEBSOCKETS: Missing = Missing { package: "libwebsockets-dev", needed: true };
/// Few systems build it with WebSockets.
const LIBCURL: Missing = Missing { package: "libcurl4-openssl-dev", needed: false };

impl Missing {
    pub fn outcome(self) -> Outcome {
        let advice = format!("install {}", self.package);
        if self.needed { Outcome::NotMeasured(advice) } else { Outcome::LeftOut(advice) }
    }
}

/// A client on a library that may not be installed.
fn peer(folders: &Folders, name: &str, library: &str, missing: Missing) -> io::Result<Result<PathBuf, Missing>> {
    let sources = [&format!("{name}.c"), "measure.c"];
    match folders.compile(name, &sources, &[library.to_owned()]) {
        Ok(program) => Ok(Ok(program)),
        Err(error) if programs::is_missing_library(&error) => Ok(Err(missing)),
        Err(error) => Err(error),
    }
}
