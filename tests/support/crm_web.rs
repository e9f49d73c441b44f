//! A CRM that answers in a browser: the stand-in of `tests/perfex` beside a test database, under PHP's own web server or
//! under nginx and PHP-FPM.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use mysql_async::prelude::Queryable as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::browser::in_target;
use super::child;
use super::daemon::{Answer, CrmFolder};
use super::eventually::eventually;
use super::mariadb::{Database, free_port};

/// Starts PHP in a process group of its own, which ends when the pipe on standard input does: with this process, however
/// that ends. PHP's workers would outlive their parent else.
const SERVE: &str = r#"
PHP_CLI_SERVER_WORKERS=$1 php -d display_errors=0 -d log_errors=1 -d error_log="$4" -d expose_php=0 -d html_errors=0 \
    -d error_reporting=32767 -d output_buffering=4096 -d session.gc_probability=0 -d sys_temp_dir="$3" -S 127.0.0.1:$2 -t "$3" "$3/index.php" >/dev/null 2>&1 &
read -r _
kill -KILL 0
"#;

/// The same with nginx and PHP-FPM, every address led to the front controller.
const SERVE_NGINX: &str = include_str!("crm_web/nginx.sh");
/// The same with Apache and PHP-FPM.
const SERVE_APACHE: &str = include_str!("crm_web/apache.sh");

/// `nginx` lets the same tests run with nginx and PHP-FPM, where these are installed.
const WHICH: &str = "PERFEX_BRIDGE_TEST_WEB";

/// The CRM's folder, whose modules a daemon installs into, and its web server.
#[derive(Debug)]
pub struct CrmWeb {
    pub folder: CrmFolder,
    port: u16,
    server: Child,
}

impl CrmWeb {
    /// A CRM over `database` with so many PHP workers.
    pub async fn serve(database: &Database, workers: usize) -> Self {
        let nginx = std::env::var(WHICH).is_ok_and(|name| name == "nginx");
        Self::start(database, workers, if nginx { SERVE_NGINX } else { SERVE }).await
    }

    /// The same with Apache and PHP-FPM.
    pub async fn under_apache(database: &Database, workers: usize) -> Self {
        Self::start(database, workers, SERVE_APACHE).await
    }

    /// The same with nginx and PHP-FPM in any case, and the address that a browser sees as the CRM's own.
    pub async fn under_nginx(database: &Database, workers: usize) -> Self {
        let crm = Self::start(database, workers, SERVE_NGINX).await;
        crm.folder.change("APP_BASE_URL", &format!("{}/", crm.url()));
        // What the CRM's own pages look like; a page without it is still one.
        let looks = in_target("npm/node_modules/bootstrap/dist/css/bootstrap.min.css");
        fs::copy(looks, crm.folder.path().join("assets/bootstrap.css")).ok();
        crm
    }

    async fn start(database: &Database, workers: usize, script: &str) -> Self {
        let folder = CrmFolder::new(database);
        copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/perfex")), folder.path());
        let port = free_port();
        let mut command = Command::new("setsid");
        command.args(["sh", "-c", script, "sh", &workers.to_string(), &port.to_string()]);
        command.arg(folder.path()).arg(folder.path().join("php.log"));
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let crm = Self { server: child::spawn(command).unwrap(), folder, port };
        eventually("PHP", async || TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
        crm
    }

    /// The web server's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Takes the two parts of nginx's snippet, as an operator does, and returns when they count: when `path` is answered
    /// past PHP.
    pub async fn proxy(&self, snippet: &str, path: &str) {
        let (outside, inside) = snippet.split_once("# 2.").unwrap();
        let run = self.folder.path().with_extension("web");
        fs::write(run.join("bridge-http.conf"), outside).unwrap();
        fs::write(run.join("bridge-server.conf"), format!("# 2.{inside}")).unwrap();
        let pid = fs::read_to_string(run.join("nginx.pid")).unwrap();
        child::signal(pid.trim().parse().unwrap(), "HUP");
        // PHP sets the CRM's cookie with each of its answers.
        eventually("proxy", async || {
            let answer = self.get(path, &[]).await;
            answer.header("set-cookie").all(|cookie| !cookie.starts_with("csrf_cookie_name")).then_some(())
        })
        .await;
    }

    /// Leads the addresses of hooks to the public gateway.
    pub fn route(&self) {
        let mut routes = fs::read_to_string(self.folder.my_routes()).unwrap();
        routes.push_str("$route['bridge/hooks/(.+)'] = 'perfex_bridge/public_gateway/forward/$1';\n");
        fs::write(self.folder.my_routes(), routes).unwrap();
    }

    /// Sends a request with these header lines, and reads the answer.
    pub async fn ask(&self, request: &str, headers: &[&str], body: &str) -> Answer {
        let whole = self.raw(request, headers, body).await;
        Answer::parse(&whole).unwrap_or_else(|| panic!("{request}: {whole}\n{}", self.log()))
    }

    /// Opens a page with these header lines.
    pub async fn get(&self, path: &str, headers: &[&str]) -> Answer {
        self.ask(&format!("GET {path}"), headers, "").await
    }

    async fn raw(&self, request: &str, headers: &[&str], body: &str) -> String {
        // 1.0: an answer in one piece.
        let mut text = format!("{request} HTTP/1.0\r\nHost: crm.example\r\n");
        for line in headers {
            text.push_str(line);
            text.push_str("\r\n");
        }
        if !body.is_empty() {
            text.push_str("Content-Length: ");
            text.push_str(&body.len().to_string());
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        text.push_str(body);
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// What PHP complained about.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("php.log")).unwrap_or_default()
    }
}

/// The cookie of somebody whose session holds `data`, in PHP's own form.
pub async fn signed_in(database: &Database, id: char, data: &str) -> String {
    let id = id.to_string().repeat(32);
    let sql = "INSERT INTO `tblsessions` (`id`, `ip_address`, `timestamp`, `data`) VALUES (?, '127.0.0.1', UNIX_TIMESTAMP(), ?)";
    database.conn().await.exec_drop(sql, (&id, data)).await.unwrap();
    format!("Cookie: sp_session={id}")
}

/// The cookie of the staff member with this id.
pub async fn staff(database: &Database, id: i64) -> String {
    let text = id.to_string();
    let data = format!("staff_user_id|s:{}:\"{text}\";staff_logged_in|b:1;", text.len());
    signed_in(database, 'a', &data).await
}

/// The cookie of contact 34 of client 12, who may see invoices.
pub async fn contact(database: &Database) -> String {
    let sql = "INSERT INTO `tblcontact_permissions` (`permission_id`, `userid`) VALUES (1, 34)";
    database.conn().await.query_drop(sql).await.unwrap();
    let data = "client_user_id|s:2:\"12\";contact_user_id|s:2:\"34\";client_logged_in|b:1;";
    signed_in(database, 'c', data).await
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Drop for CrmWeb {
    fn drop(&mut self) {
        drop(self.server.stdin.take());
        self.server.wait().ok();
    }
}
