//! One connection's talk on the server's side: dispatch to the profile that is spoken.

use super::ending::Ending;
use super::godot_ai;
use super::identity::Identity;
use super::incoming::Incoming;
use super::json_rpc;
use super::options::Options;
use super::profile::Profile;
use super::unity_mcp::UnityMcp;

/// A talk from the open WebSocket on.
pub enum Talk {
    GodotAi { server_version: String },
    JsonRpc,
    UnityMcp(UnityMcp),
}

/// A talk that begins.
pub struct Opening {
    pub talk: Talk,
    /// What the server says first.
    pub first: Option<String>,
    /// The editor, where the profile has no hello.
    pub identity: Option<Identity>,
}

/// What a message means before the hello is done.
pub enum Greeting {
    /// The hello: who it is, and the server's reply.
    Accepted { identity: Identity, reply: String },
    /// No hello; the server waits on.
    Skipped { why: String },
}

/// What a message means after the hello.
#[derive(Debug, Default)]
pub struct Received {
    /// What the server is to know of.
    pub incoming: Vec<Incoming>,
    /// What is answered at once.
    pub reply: Option<String>,
    /// It answers the session's ping.
    pub is_pong: bool,
}

impl Received {
    /// A message that only the server has to know of.
    pub fn of(incoming: Incoming) -> Self {
        Self { incoming: vec![incoming], ..Self::default() }
    }
}

impl Talk {
    /// Begins the talk on that connection.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn open(options: &Options, connection: u64) -> Result<Opening, String> {
        Ok(match options.profile {
            Profile::GodotAi => {
                let talk = Self::GodotAi { server_version: options.server_version.clone() };
                Opening { talk, first: None, identity: None }
            }
            Profile::JsonRpc => {
                let identity = Identity::JsonRpc(json_rpc::Peer::new(connection));
                Opening { talk: Self::JsonRpc, first: None, identity: Some(identity) }
            }
            Profile::UnityMcp => {
                let (talk, welcome) = UnityMcp::open(options)?;
                Opening { talk: Self::UnityMcp(talk), first: Some(welcome), identity: None }
            }
        })
    }

    /// Reads a message before the hello is done.
    ///
    /// # Errors
    /// How the connection ends because of it.
    pub fn hello(&self, text: &str) -> Result<Greeting, Ending> {
        match self {
            Self::GodotAi { server_version } => {
                // A rejected handshake is closed with 1000 and no reason: protocol 1 has no code of its own for it.
                let hello = godot_ai::hello::Hello::parse(text).map_err(|why| Ending::by_server(1000, "", why))?;
                let reply = godot_ai::hello::acknowledgement(server_version);
                Ok(Greeting::Accepted { identity: Identity::GodotAi(hello), reply })
            }
            Self::JsonRpc => Ok(Greeting::Skipped { why: "there is no hello".to_owned() }),
            Self::UnityMcp(talk) => talk.hello(text),
        }
    }

    /// Reads a message after the hello.
    ///
    /// # Errors
    /// How the connection ends because of it.
    pub fn receive(&self, text: &str) -> Result<Received, Ending> {
        match self {
            Self::GodotAi { .. } => Ok(Received::of(godot_ai::wire::read(text))),
            Self::JsonRpc => Ok(json_rpc::receive(text)),
            Self::UnityMcp(talk) => talk.receive(text),
        }
    }
}
