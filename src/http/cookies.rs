//! The cookies of a request.

use warp::http::{HeaderMap, header};

/// All values of the cookies called `name`, in their order. PHP takes the first one.
pub(super) fn all<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(known, _)| *known == name).map(|(_, value)| value)
}

/// The first value of the cookie called `name`.
#[must_use]
pub fn first<'a>(headers: &'a HeaderMap, name: &'a str) -> Option<&'a str> {
    all(headers, name).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name_and_the_first_one_counts() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", "xsp_session=0; sp_session=1;sp_session=2".parse().unwrap());
        headers.append("cookie", "other=a=b; sp_session=3; broken".parse().unwrap());
        assert_eq!(first(&headers, "sp_session"), Some("1"));
        assert_eq!(all(&headers, "sp_session").collect::<Vec<_>>(), ["1", "2", "3"]);
        assert_eq!(first(&headers, "other"), Some("a=b"));
        assert_eq!((first(&headers, "session"), first(&headers, "broken")), (None, None));
    }
}
