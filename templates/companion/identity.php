<?php

defined('BASEPATH') or exit('No direct script access allowed');

// Says to the daemon who is asking: the header Bridge-Identity, whose form is told in the daemon's gateway/envelope.rs.
// Plain PHP 8.0 without the framework; the caller has checked the session.

/**
 * The value of the header, or null when the option holds no secret (`perfex-bridge install` makes one).
 *
 * $secrets  the option perfex_bridge_gateway_secret, decrypted
 * $method   the method in capitals
 * $target   path and query exactly as they are requested from the daemon (with CURLOPT_PATH_AS_IS)
 * $body     the body exactly as it is sent
 * $who      address; where they are known: language, contact and client, staff, csrf as ['name' => .., 'value' => ..].
 *           Beside a contact, staff is who looks at the portal as that contact. Without any id it is a stranger.
 */
function perfex_bridge_identity(string $secrets, string $method, string $target, string $body, array $who): ?string
{
    $secret = json_decode($secrets, true)['current'] ?? null;
    if (!is_string($secret) || !preg_match('/\A[0-9a-f]{64}\z/', $secret)) {
        return null;
    }
    foreach (['contact', 'client', 'staff'] as $id) {
        $who[$id] = isset($who[$id]) ? (int) $who[$id] : null;
    }
    $who += ['at' => time(), 'nonce' => bin2hex(random_bytes(16)), 'language' => null, 'csrf' => null];
    $json = json_encode($who, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE);
    $payload = rtrim(strtr(base64_encode($json), '+/', '-_'), '=');
    return "v1.$payload." . perfex_bridge_signature($secret, $method, $target, $body, $payload);
}

/** The signature of a payload for a request, in hexadecimal digits. */
function perfex_bridge_signature(string $secret, string $method, string $target, string $body, string $payload): string
{
    $lines = ['perfex-bridge gateway v1', $method, $target, hash('sha256', $body), $payload];
    return hash_hmac('sha256', implode("\n", $lines), hex2bin($secret));
}
