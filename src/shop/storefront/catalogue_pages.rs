//! The pages that show what is for sale, and the answer to everything else below `/shop`.
//!
//! In: requests that no other page of the shop takes: these routes come last. Out: whole documents. Nothing is changed here.

use warp::Filter as _;
use warp::http::{HeaderValue, Method, StatusCode, header};
use warp::reply::Response;

use crate::http::{self, Request, Routes};

use super::pages::ShopPages;

/// The pages.
#[derive(Debug, Clone)]
pub struct CataloguePages {
    /// The frame around them.
    pub pages: ShopPages,
}

impl CataloguePages {
    /// The pages as routes; everything outside `/shop` falls through them.
    #[must_use]
    pub fn routes(self) -> Routes {
        warp::path!("shop" / ..)
            .and(http::request())
            .then(move |request: Request| {
                let pages = self.clone();
                async move {
                    match request.whole().await {
                        Ok(request) => pages.answer(request).await,
                        Err(error) => {
                            tracing::debug!(%error, "a request to the shop was not read");
                            let mut response = Response::default();
                            *response.status_mut() = StatusCode::BAD_REQUEST;
                            response
                        }
                    }
                }
            })
            .boxed()
    }

    /// Answers a request at `/shop` or below.
    pub async fn answer(&self, request: Request<Vec<u8>>) -> Response {
        let visit = self.pages.visit(&request).await;
        if request.method != Method::GET && request.method != Method::HEAD {
            let texts = ["shop-method-text"];
            let mut response =
                self.pages.notice(&visit, StatusCode::METHOD_NOT_ALLOWED, "shop-method", &texts);
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        self.pages.gone(&visit)
    }
}
