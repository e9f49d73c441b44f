//! nginx and Apache with a CRM that answers everything itself, but for the snippet.

use std::path::Path;
use std::process::Child;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::child;
use crate::support::daemon::Site;
use crate::support::eventually::eventually;
use crate::support::mariadb::free_port;

/// Which web server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Nginx,
    Apache,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Nginx, Self::Apache];

    /// Its name for the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Apache => "apache",
        }
    }
}

/// A web server that runs.
pub struct WebServer {
    port: u16,
    child: Child,
}

impl WebServer {
    /// Starts it in the site's folder with the snippet in its place.
    pub async fn start(kind: Kind, site: &Site, snippet: &str) -> Self {
        let (port, folder) = (free_port(), site.path("web"));
        std::fs::create_dir(&folder).unwrap();
        let config = folder.join("server.conf");
        let (text, program, arguments) = match kind {
            Kind::Nginx => (nginx(port, &folder, snippet), "/usr/sbin/nginx", ["-p", ".", "-c"]),
            Kind::Apache => (apache(port, &folder, snippet), "/usr/sbin/apache2", ["-D", "FOREGROUND", "-f"]),
        };
        std::fs::write(&config, text).unwrap();
        let mut command = child::tied(program);
        command.current_dir(&folder).args(arguments).arg(&config);
        command.stderr(std::fs::File::create(folder.join("stderr")).unwrap());
        let child = child::spawn(command).unwrap();
        eventually("web server", async || TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
        Self { port, child }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Gets a page; `headers` are whole lines.
    pub async fn get(&self, path: &str, headers: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: crm.example.com\r\nConnection: close\r\n{headers}\r\n"
        ))
        .await
    }

    /// Posts a form.
    pub async fn post(&self, path: &str, form: &str) -> String {
        let kind = "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n";
        let length = form.len();
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: crm.example.com\r\n{kind}Content-Length: {length}\r\n\r\n{form}"
        ))
        .await
    }

    async fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        // TERM lets it end its own workers.
        child::signal(self.child.id(), "TERM");
        self.child.wait().ok();
    }
}

/// The part for `http { }` ends where the one for `server { }` begins.
fn nginx(port: u16, folder: &Path, snippet: &str) -> String {
    let (outside, inside) = snippet.split_once("# 2.").unwrap();
    let folder = folder.display();
    format!(
        "daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\n{}\
         events {{ }}\nhttp {{\naccess_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n\
         fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;\n{outside}\n\
         server {{\nlisten 127.0.0.1:{port};\n# 2.{inside}\n\
         location ~ \\.php$ {{ return 200 'the CRM'; }}\nlocation / {{ return 200 'the CRM'; }}\n}}\n}}\n",
        // Only root may name a user.
        if is_root() { "user root;\n" } else { "" },
    )
}

fn apache(port: u16, folder: &Path, snippet: &str) -> String {
    let folder = folder.display();
    let modules = ["mpm_event", "authz_core", "proxy", "proxy_http", "headers"]
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .concat();
    let user = if is_root() { "User www-data\nGroup www-data\n" } else { "" };
    format!(
        "ServerRoot {folder}\nPidFile {folder}/pid\nDefaultRuntimeDir {folder}\nServerName localhost\n\
         ErrorLog {folder}/error.log\nListen 127.0.0.1:{port}\n{modules}{user}DocumentRoot {folder}\n\
         <Directory {folder}>\nRequire all granted\n</Directory>\n{snippet}\n\
         ErrorDocument 404 \"the CRM\"\n"
    )
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}
