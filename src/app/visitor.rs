//! Requests to the CRM's own address, as a visitor makes them.

use std::sync::OnceLock;
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use url::Url;

use crate::companion::alive::AliveKey;
use crate::companion::live::{Prober, Reply, Transport};

use super::App;

/// How long a whole answer may take: PHP waits up to 5 s for the daemon.
const LIMIT: Duration = Duration::from_secs(8);
/// How much of an answer is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// Makes the requests; never to another host, because redirects are not followed.
#[derive(Debug, Default)]
pub struct Visitor(OnceLock<Result<Client, String>>);

impl App {
    /// Asks through the CRM's address.
    #[must_use]
    pub fn prober<'a>(&'a self, visitor: &'a Visitor) -> Prober<'a> {
        let key = AliveKey::of(&self.cipher);
        Prober::new(&self.base_url, key, std::sync::Arc::clone(&self.entropy), visitor)
    }
}

impl Transport for Visitor {
    fn get(&self, url: Url) -> BoxFuture<'_, Result<Reply, String>> {
        Box::pin(async move {
            let client = self.0.get_or_init(|| {
                let built = Client::builder().no_proxy().timeout(LIMIT).redirect(Policy::none()).build();
                built.map_err(|error| innermost(&error))
            });
            let client = client.as_ref().map_err(Clone::clone)?;
            let response = client.get(url).send().await.map_err(|error| innermost(&error))?;
            let status = response.status().as_u16();
            Ok(Reply { status, body: read(response).await? })
        })
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| innermost(&error))? {
        body.extend_from_slice(&part);
        if body.len() > LONGEST {
            break;
        }
    }
    Ok(body)
}

/// What failed at the bottom: "connection refused" instead of "error sending request".
fn innermost(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
