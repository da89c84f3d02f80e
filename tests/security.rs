//! What an attacker may try: on the way to a server, as a server, in the file system, with what a caller hands on; and
//! that no secret is told.

#[cfg(feature = "tls")]
#[path = "security/authority.rs"]
mod authority;
#[cfg(feature = "tls")]
#[path = "security/certificates.rs"]
mod certificates;
#[path = "security/figures.rs"]
mod figures;
#[cfg(target_os = "linux")]
#[path = "security/files.rs"]
mod files;
#[cfg(unix)]
#[path = "promises/heap.rs"]
mod heap;
#[cfg(unix)]
#[path = "security/hostile.rs"]
mod hostile;
#[path = "security/hosts.rs"]
mod hosts;
#[path = "security/injection.rs"]
mod injection;
#[cfg(unix)]
#[path = "security/measured.rs"]
mod measured;
#[path = "security/redirects.rs"]
mod redirects;
#[path = "security/secrets.rs"]
mod secrets;
#[cfg(target_os = "linux")]
#[path = "security/strangers.rs"]
mod strangers;
mod support;
#[cfg(target_os = "linux")]
#[path = "security/swapped.rs"]
mod swapped;
#[cfg(feature = "tls")]
#[path = "security/tls_versions.rs"]
mod tls_versions;
