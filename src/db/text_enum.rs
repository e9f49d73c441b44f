//! Enums that are stored, printed and read as one word.

/// Defines an enum whose variants are stored as text: `Display`, `FromStr`, serde, and both database directions.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])+ $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])+ $variant,)+
        }

        impl $name {
            /// Every variant, in the order of the definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word that stands for this variant in tables, JSON and on the command line.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    other => Err(format!(
                        "`{other}` is none of {}",
                        Self::ALL.iter().map(|known| known.as_str()).collect::<Vec<_>>().join(", "),
                    )),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl From<$name> for mysql_async::Value {
            fn from(value: $name) -> Self {
                mysql_async::Value::Bytes(value.as_str().as_bytes().to_vec())
            }
        }

        impl TryFrom<mysql_async::Value> for $name {
            type Error = mysql_async::FromValueError;
            fn try_from(value: mysql_async::Value) -> Result<Self, Self::Error> {
                let known = match &value {
                    mysql_async::Value::Bytes(bytes) => {
                        Self::ALL.iter().copied().find(|known| known.as_str().as_bytes() == bytes.as_slice())
                    }
                    _ => None,
                };
                known.ok_or(mysql_async::FromValueError(value))
            }
        }

        impl mysql_async::prelude::FromValue for $name {
            type Intermediate = Self;
        }
    };
}

pub(crate) use text_enum;
