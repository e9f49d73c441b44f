//! A part of a page, to be shown in the CRM's own layout.
//!
//! In: title and HTML. Out: a response that the companion's gateway knows by its header `Bridge-Fragment`, which holds the
//! title with percent escapes; whoever asks without the gateway gets the bare HTML.

use std::fmt::Write as _;

use warp::http::{HeaderValue, StatusCode, header};
use warp::hyper::body::Bytes;
use warp::reply::Response;

use super::csrf::Token;

/// The header that tells a fragment, with its title.
const HEADER: &str = "bridge-fragment";

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// What the page is called.
    pub title: String,
    /// Its HTML.
    pub html: String,
}

impl Fragment {
    /// The fragment as an answer; `token` is that of its forms.
    ///
    /// Without a form there is no cookie: the answer to a part of a page may come after that of a page with a form, and would
    /// take that form's cookie away.
    #[must_use]
    pub fn response(self, status: StatusCode, token: Option<&Token>) -> Response {
        let token = token.filter(|token| self.html.contains(&token.field));
        let mut response = Response::new(Bytes::from(self.html).into());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // Nothing but letters, digits, dashes and percent escapes: it is always a header's value.
        if let Ok(title) = HeaderValue::try_from(fragment_title(&self.title)) {
            headers.insert(HEADER, title);
        }
        if let Some(cookie) = token.and_then(|token| token.cookie.clone()) {
            headers.append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// Leads a browser to another page after a form was taken, so that a reload does not send it again.
#[must_use]
pub fn see_other(location: &str) -> Response {
    let mut response = Response::new(Bytes::new().into());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::try_from(location) {
        headers.insert(header::LOCATION, location);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A title as the header has it.
#[must_use]
pub fn fragment_title(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            escaped.push(char::from(byte));
        } else {
            // Writing into a text cannot fail.
            write!(escaped, "%{byte:02X}").unwrap_or_default();
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_with_a_form_sets_the_cookie_of_forms() {
        let token = Token {
            field: "salt.mac".to_owned(),
            cookie: Some(HeaderValue::from_static("perfex_bridge_csrf=1")),
        };
        for (html, sets) in [("<p>42</p>", false), ("<form><input value=\"salt.mac\"></form>", true)] {
            let fragment = Fragment { title: "Title".to_owned(), html: html.to_owned() };
            let response = fragment.response(StatusCode::OK, Some(&token));
            assert_eq!(response.headers().contains_key(header::SET_COOKIE), sets, "{html}");
        }
    }
}
