//! The C# programs: a message at a frame loop, and a reload of its domain, on Framewire and on a ClientWebSocket.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::programs::{self, Folders, Outcome, Server};

/// Size of a message, and how many of them make one measurement.
pub const MESSAGES: [(usize, u64); 4] = [(64, 20_000), (1 << 10, 20_000), (64 << 10, 4_000), (1 << 20, 300)];
pub const WAYS: [&str; 2] = ["framewire", "managed"];

/// Reloads that make one measurement.
const RELOADS: u64 = 10;
/// The garbage of all threads is counted in nurseries that were full: the smallest that Mono takes.
const NURSERY: u64 = 512 << 10;
/// The C# 7.2 that Mono's compiler knows is its newest one.
const OPTIONS: [&str; 4] = ["-langversion:Experimental", "-unsafe", "-warnaserror", "-optimize"];

/// One measurement: its name, and what it does.
pub type Step<'a> = (String, Box<dyn Fn() -> io::Result<Outcome> + 'a>);

/// The compiled programs; `None` without Mono.
pub struct Mono {
    programs: Option<Programs>,
}

struct Programs {
    messages: PathBuf,
    reloads: PathBuf,
    library: PathBuf,
}

impl Mono {
    /// Compiles the Unity package's runtime and the programs on it.
    pub fn compile(folders: &Folders, library: &Path) -> io::Result<Self> {
        let works = |tool: &str| {
            let mut command = Command::new(tool);
            command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        if !works("mcs") || !works("mono") {
            return Ok(Self { programs: None });
        }
        let place = folders.results.join("csharp");
        std::fs::create_dir_all(&place)?;
        let runtime = place.join("Framewire.dll");
        let sources = |folder: &str| folders.root.join(folder).join("*.cs").display().to_string();
        mcs(&["-target:library".to_owned(), format!("-out:{}", runtime.display()), sources("unity/Runtime")])?;
        let program = |class: &str| {
            let output = place.join(format!("{class}.exe"));
            let arguments = [
                format!("-r:{},System.dll", runtime.display()),
                format!("-main:Framewire.Bench.{class}"),
                format!("-out:{}", output.display()),
                sources("tests/bench/csharp"),
            ];
            mcs(&arguments).map(|()| output)
        };
        let library = library.parent().map(Path::to_path_buf).unwrap_or_default();
        let programs = Programs { messages: program("MonoBench")?, reloads: program("ReloadBench")?, library };
        Ok(Self { programs: Some(programs) })
    }

    /// Every measurement.
    pub fn steps<'a>(&'a self, server: &Server) -> Vec<Step<'a>> {
        let mut steps: Vec<Step<'a>> = Vec::new();
        let port = server.web_socket_port.to_string();
        for way in WAYS {
            for (size, count) in MESSAGES {
                let arguments = vec![way.to_owned(), port.clone(), size.to_string(), count.to_string()];
                steps.push((format!("mono.{way}.{size}"), Box::new(move || self.run(|it| &it.messages, &arguments))));
            }
            let serve = option_env!("CARGO_BIN_EXE_framewire").unwrap_or("framewire").to_owned();
            let arguments = vec![way.to_owned(), serve, RELOADS.to_string()];
            steps.push((format!("mono.{way}.reload"), Box::new(move || self.run(|it| &it.reloads, &arguments))));
        }
        steps
    }

    fn run(&self, which: fn(&Programs) -> &PathBuf, arguments: &[String]) -> io::Result<Outcome> {
        let Some(programs) = &self.programs else {
            return Ok(Outcome::NotMeasured("install mono-mcs and mono-runtime".to_owned()));
        };
        let mut words = vec![
            format!("LD_LIBRARY_PATH={}", programs.library.display()),
            format!("MONO_GC_PARAMS=nursery-size={}k", NURSERY >> 10),
            format!("NURSERY_BYTES={NURSERY}"),
            "mono".to_owned(),
            which(programs).display().to_string(),
        ];
        words.extend_from_slice(arguments);
        programs::run(Path::new("env"), &words)
    }
}

fn mcs(arguments: &[String]) -> io::Result<()> {
    let output = Command::new("mcs").args(OPTIONS).args(arguments).stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    Err(io::Error::other(format!("mcs failed:\n{}", text.trim())))
}
