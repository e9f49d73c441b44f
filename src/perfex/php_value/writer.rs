//! Writes PHP's serialised form, byte for byte as PHP 7.1 and later do.

use std::fmt::Display;

use super::{PhpKey, PhpValue};

/// Appends `value` to `out`.
pub(super) fn write(value: &PhpValue, out: &mut Vec<u8>) {
    match value {
        PhpValue::Null => out.extend(b"N;"),
        PhpValue::Bool(yes) => put(out, format_args!("b:{};", u8::from(*yes))),
        PhpValue::Int(number) => put(out, format_args!("i:{number};")),
        PhpValue::Float(number) => put(out, format_args!("d:{};", float_text(*number))),
        PhpValue::Text(bytes) => write_text(bytes, out),
        PhpValue::Array(entries) => {
            put(out, format_args!("a:{}:{{", entries.len()));
            for (key, value) in entries {
                match key {
                    PhpKey::Int(number) => put(out, format_args!("i:{number};")),
                    PhpKey::Text(bytes) => write_text(bytes, out),
                }
                write(value, out);
            }
            out.push(b'}');
        }
    }
}

fn write_text(bytes: &[u8], out: &mut Vec<u8>) {
    put(out, format_args!("s:{}:\"", bytes.len()));
    out.extend(bytes);
    out.extend(b"\";");
}

fn put(out: &mut Vec<u8>, text: impl Display) {
    out.extend(text.to_string().as_bytes());
}

/// The shortest digits that read back as the same number, laid out as PHP 7.1 and later do.
fn float_text(number: f64) -> String {
    if number.is_nan() {
        return "NAN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "INF" } else { "-INF" }.to_owned();
    }
    if number == 0.0 || (1e-4..1e17).contains(&number.abs()) {
        return number.to_string();
    }
    let scientific = format!("{number:E}");
    let (digits, exponent) = scientific.split_once('E').unwrap_or((&scientific, "0"));
    let fraction = if digits.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{digits}{fraction}E{sign}{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn text(text: &str) -> PhpValue {
        PhpValue::Text(text.as_bytes().to_vec())
    }

    fn by_php(expression: &str) -> Vec<u8> {
        let code = format!("ini_set('serialize_precision', '-1'); echo serialize({expression});");
        let output = Command::new("php").args(["-n", "-r", &code]).output().expect("php-cli is installed");
        assert!(output.status.success(), "{expression}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    #[test]
    fn php_writes_the_same_bytes() {
        let table = [
            ("null", PhpValue::Null),
            ("true", PhpValue::Bool(true)),
            ("PHP_INT_MIN", PhpValue::Int(i64::MIN)),
            ("'it\\'s \"ü\"; x|y'", text("it's \"ü\"; x|y")),
            ("\"\\0\\xff\"", PhpValue::Text(vec![0, 255])),
            ("['1', 'stripe']", PhpValue::list_of_texts(["1", "stripe"])),
            ("[]", PhpValue::Array(Vec::new())),
            (
                "['from' => 'a@b.c', 5 => [true, null], '7' => 1.5]",
                PhpValue::Array(vec![
                    (PhpKey::Text(b"from".to_vec()), text("a@b.c")),
                    (
                        PhpKey::Int(5),
                        PhpValue::Array(vec![
                            (PhpKey::Int(0), PhpValue::Bool(true)),
                            (PhpKey::Int(1), PhpValue::Null),
                        ]),
                    ),
                    (PhpKey::Int(7), PhpValue::Float(1.5)),
                ]),
            ),
        ];
        for (expression, value) in table {
            assert_eq!(
                String::from_utf8_lossy(&value.to_bytes()),
                String::from_utf8_lossy(&by_php(expression)),
                "{expression}"
            );
            assert_eq!(PhpValue::parse(&by_php(expression)).unwrap(), value);
        }
    }

    #[test]
    fn php_writes_the_same_floating_point_numbers() {
        let numbers = [
            0.1,
            1.0,
            -0.0,
            1e15,
            1e16,
            1e17,
            1.5e17,
            12_345_678_901_234_567.0,
            1e25,
            1e-4,
            1e-5,
            0.000_123_45,
            -2.5e30,
            f64::MAX,
            f64::MIN_POSITIVE,
            5e-324,
        ];
        let list = numbers.map(|number| format!("{number:e}")).join(", ");
        let list = list.replace("-0e0", "-0.0");
        let keys = (0..).map(PhpKey::Int);
        let value = PhpValue::Array(keys.zip(numbers.map(PhpValue::Float)).collect());
        assert_eq!(
            String::from_utf8_lossy(&value.to_bytes()),
            String::from_utf8_lossy(&by_php(&format!("[{list}]")))
        );
        assert_eq!(PhpValue::Float(f64::INFINITY).to_bytes(), by_php("INF"));
        assert_eq!(PhpValue::Float(f64::NEG_INFINITY).to_bytes(), by_php("-INF"));
        assert_eq!(PhpValue::Float(f64::NAN).to_bytes(), by_php("NAN"));
    }
}
