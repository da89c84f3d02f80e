//! A server that dies and comes back: how long the link takes beyond the wait it had scheduled.

use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::programs::{self, Outcome, Server};

/// Long enough for the client to be there, then for some dials to fail.
const BEFORE: Duration = Duration::from_millis(400);
const DOWN: Duration = Duration::from_millis(350);

/// Runs the client through one restart. Figures: `over_ns`, from the instant both the server listened and the wait
/// was over until the acknowledgement; `delay_ns`, that wait; `listening_ns`, from the server's listening on.
pub fn measure(client: &Path) -> io::Result<Outcome> {
    let server = Server::start(0)?;
    let port = server.web_socket_port;
    let running = programs::start(client, &["reconnect".to_owned(), port.to_string()])?;
    thread::sleep(BEFORE);
    drop(server);
    thread::sleep(DOWN);
    let server = Server::start(port)?;
    let Outcome::Figures(figures) = programs::finish(running)? else {
        return Err(io::Error::other("the client measured nothing"));
    };
    let value = |wanted: &str| {
        let found = figures.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
        found.ok_or_else(|| io::Error::other(format!("the client printed no {wanted}")))
    };
    let acknowledged = value("acknowledged_ns")?;
    let delay = value("delay_ns")?;
    let listening = acknowledged - server.listening_ns as f64;
    let over = acknowledged - value("scheduled_ns")?;
    Ok(Outcome::Figures(vec![
        ("over_ns".to_owned(), over),
        ("delay_ns".to_owned(), delay),
        ("listening_ns".to_owned(), listening),
        ("beyond_delay_ns".to_owned(), (listening - delay).max(0.0)),
    ]))
}
