//! The snippets that `proxy` prints, in the real web servers.

mod servers;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::daemon::Site;
use crate::support::mariadb::Database;

use crate::shop::checkout::passage::{Live, pass};
use servers::{Kind, WebServer};

/// A site whose daemon serves a socket that the web server's own user may use.
fn site(database: &Database, base_url: &str) -> Site {
    let mut site = Site::new(database);
    site.share_folder();
    site.set("perfex", "base_url", base_url);
    site.set("http", "socket", site.path("http.sock").display().to_string());
    site
}

async fn snippet(site: &Site, kind: Kind) -> String {
    let said = site.run(&["proxy", kind.name()]).await;
    assert_eq!(said.code, 0, "{said:?}");
    said.out
}

#[tokio::test]
async fn the_bridges_pages_go_to_the_daemon_and_everything_else_stays_with_the_crm() {
    for kind in Kind::ALL {
        for folder in ["", "/crm"] {
            let database = Database::perfex_341().await;
            let site = site(&database, &format!("https://crm.example.com{folder}/"));
            let _daemon = site.start_ready().await;
            let web = WebServer::start(kind, &site, &snippet(&site, kind).await).await;
            let keys = web.get(&format!("{folder}/api/keys.json"), "").await;
            assert!(keys.starts_with("HTTP/1.1 200") && keys.contains("\"vouched\":"), "{kind:?}: {keys}");
            let asked = web
                .post(
                    &format!("{folder}/api/validate.php"),
                    "license_key=x&domain=a.com&product=p&nonce=12345678",
                )
                .await;
            assert!(asked.contains("\"code\":\"unknown\""), "{kind:?}: {asked}");
            let token = "0123456789abcdef0123456789abcdef";
            let gone = web.get(&format!("{folder}/api/move/{token}"), "").await;
            assert!(gone.starts_with("HTTP/1.1 404") && gone.contains("<h1>"), "{kind:?}: {gone}");
            for other in
                ["/api/keys.jsonx", "/api/other.php", "/api/", "/x/api/keys.json", "/index.php", "/admin"]
            {
                let answer = web.get(&format!("{folder}{other}"), "").await;
                assert!(answer.contains("the CRM"), "{kind:?} {other}: {answer}");
            }
        }
    }
}

#[tokio::test]
async fn somebody_buys_through_either_web_server_and_the_key_comes_by_an_event() {
    for kind in Kind::ALL {
        for folder in ["", "crm/"] {
            let database = Database::perfex_341().await;
            let home = format!("https://crm.example.com/{folder}");
            let site = site(&database, &home);
            site.stock().await;
            let _daemon = site.start_ready().await;
            let web = WebServer::start(kind, &site, &snippet(&site, kind).await).await;
            pass(&database, web.port(), &home, Live::Stream).await;
        }
    }
}

#[tokio::test]
async fn nobody_outside_says_who_is_signed_in_or_where_a_request_comes_from() {
    for kind in Kind::ALL {
        let echo = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let database = Database::perfex_341().await;
        let mut site = site(&database, "https://crm.example.com/");
        site.set("http", "socket", "");
        site.set("http", "listen", echo.local_addr().unwrap().to_string());
        let web = WebServer::start(kind, &site, &snippet(&site, kind).await).await;
        let asking = tokio::spawn(async move {
            let forged =
                "Bridge-Identity: v1.staff\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: gopher\r\n";
            web.get("/api/keys.json", forged).await
        });
        let (mut stream, _) = echo.accept().await.unwrap();
        let mut head = String::new();
        while !head.contains("\r\n\r\n") {
            let mut buffer = [0; 4096];
            let length = stream.read(&mut buffer).await.unwrap();
            head.push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
        assert!(asking.await.unwrap().ends_with("ok"));
        let head = head.to_lowercase();
        assert!(!head.contains("bridge-identity"), "{kind:?}: {head}");
        assert!(head.contains("x-forwarded-proto: http\r\n"), "{kind:?}: {head}");
        let chain = head.lines().find_map(|line| line.strip_prefix("x-forwarded-for: ")).unwrap();
        assert_eq!(chain.rsplit(',').next().unwrap().trim(), "127.0.0.1", "{kind:?}: the last one counts");
    }
}

#[tokio::test]
async fn without_a_listener_there_is_nothing_to_print() {
    let database = Database::perfex_341().await;
    let said = Site::new(&database).run(&["proxy", "nginx"]).await;
    let words = "perfex-bridge: there is nothing to send requests to: set [http] socket or [http] listen";
    assert_eq!((said.code, said.err.trim()), (2, words));
    let said = Site::new(&database).run(&["proxy", "iis"]).await;
    assert!(said.code == 2 && said.err.contains("[possible values: nginx, apache]"), "{said:?}");
}
