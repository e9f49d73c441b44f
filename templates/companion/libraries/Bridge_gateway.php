<?php

defined('BASEPATH') or exit('No direct script access allowed');

require_once __DIR__ . '/Bridge_client.php';
require_once dirname(__DIR__) . '/identity.php';

/** Passes the visitor's request on to the daemon, and the daemon's answer back. It decides nothing about either. */
final class Bridge_gateway
{
    /** The largest body that the daemon takes, in bytes. */
    private const LARGEST_BODY = 65536;

    /** What the daemon hears of the visitor's headers. */
    private const HEADERS = [
        'accept', 'accept-language', 'authorization', 'bridge-csrf', 'content-type', 'idempotency-key',
        'if-modified-since', 'if-none-match', 'origin', 'referer', 'sec-fetch-site', 'user-agent',
        'webhook-id', 'webhook-signature', 'webhook-timestamp', 'x-api-key', 'x-requested-with',
    ];

    /** Our cookies, in either direction; the CRM's own are not the daemon's to read or to set. */
    private const COOKIE = '/\A(__Host-|__Secure-)?(perfex_bridge|pm|cbs|cat)_[a-z0-9_]+\z/';

    /** What belongs to the connection between PHP and the daemon, or is PHP's to say. */
    private const OWN = [
        'bridge-fragment', 'connection', 'content-length', 'date', 'keep-alive', 'server', 'trailer', 'transfer-encoding', 'upgrade',
    ];

    /** What is true of a fragment, but not of the page around it. */
    private const WHOLE = ['cache-control', 'content-security-policy', 'content-type', 'etag', 'last-modified'];

    /** The daemon's path for the address that was asked for: below the CRM's folder, percent escapes as they came. */
    public static function path(): string
    {
        return '/' . get_instance()->uri->uri_string();
    }

    /**
     * Answers the visitor's request with what the daemon says to it, and ends; a fragment is given to $frame instead.
     *
     * $layout  public, portal or staff: where a fragment would be shown
     * $frame   puts a title and a fragment into the CRM's layout
     */
    public static function answer(string $path, string $layout, ?callable $frame = null): void
    {
        $answer = self::forward($path, $layout);
        $headers = array_column($answer['headers'], 1, 0);
        $fragment = isset($headers['bridge-fragment']) && $frame !== null
            && strtolower($_SERVER['HTTP_X_REQUESTED_WITH'] ?? '') !== 'xmlhttprequest';
        if (!$fragment) {
            while (ob_get_level() > 0) {
                ob_end_clean();
            }
            // PHP would add its own to the daemon's content type.
            ini_set('default_charset', '');
        }
        http_response_code($answer['status']);
        if (!$fragment && isset($headers['cache-control'])) {
            // What PHP says with every session would contradict it.
            header_remove('Pragma');
            header_remove('Expires');
            if (!preg_match('/\b(private|no-store)\b/i', $headers['cache-control'])) {
                // Whoever keeps the answer for others must not keep this visitor's cookies with it.
                header_remove('Set-Cookie');
            }
        }
        $sent = [];
        foreach ($answer['headers'] as [$name, $value]) {
            if ($name === 'set-cookie') {
                if (self::is_ours($value)) {
                    header("Set-Cookie: $value", false);
                }
            } elseif (!in_array($name, self::OWN, true) && !($fragment && in_array($name, self::WHOLE, true))) {
                header("$name: $value", !isset($sent[$name]));
                $sent[$name] = true;
            }
        }
        if ($fragment) {
            $frame(rawurldecode($headers['bridge-fragment']), $answer['body']);
            return;
        }
        // Past the framework's own output, which would look for its marks in the body.
        echo $answer['body'];
        exit;
    }

    private static function forward(string $path, string $layout): array
    {
        $method = $_SERVER['REQUEST_METHOD'] ?? 'GET';
        $query = strstr($_SERVER['REQUEST_URI'] ?? '', '?');
        $target = $path . ($query === false || $query === '?' ? '' : $query);
        if (!preg_match('/\A(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\z/', $method)) {
            return self::said(405, 'This method is not taken.');
        }
        if (!preg_match('/\A[\x21\x22\x24-\x7e]{1,8192}\z/', $target)) {
            return self::said(400, 'This address is too long, or has characters in it that an address cannot have.');
        }
        $body = '';
        if ($method !== 'GET' && $method !== 'HEAD') {
            if (stripos($_SERVER['CONTENT_TYPE'] ?? '', 'multipart/') === 0) {
                return self::said(415, 'Files and multipart forms are not taken.');
            }
            $body = (string) file_get_contents('php://input', false, null, 0, self::LARGEST_BODY + 1);
            if (max((int) ($_SERVER['CONTENT_LENGTH'] ?? 0), strlen($body)) > self::LARGEST_BODY) {
                return self::said(413, 'More than 64 KiB are not taken.');
            }
        }
        $headers = self::headers($method, $target, $body, $layout);
        // Whoever waits for the daemon must not hold up the other pages of the same visitor.
        session_write_close();
        return Bridge_client::ask($method, $target, $body, $headers) ?? self::unavailable();
    }

    private static function headers(string $method, string $target, string $body, string $layout): array
    {
        $address = $_SERVER['REMOTE_ADDR'] ?? '';
        // Whatever the visitor claims about its address stays behind: this is who connected to the web server.
        $headers = ["X-Forwarded-For: $address", "Bridge-Layout: $layout"];
        foreach (self::HEADERS as $name) {
            $key = strtoupper(strtr($name, '-', '_'));
            $value = $_SERVER["HTTP_$key"] ?? ($name === 'content-type' ? $_SERVER[$key] ?? '' : '');
            if (is_string($value) && $value !== '' && !preg_match('/[\x00-\x08\x0a-\x1f\x7f]/', $value)) {
                $headers[$name] = "$name: $value";
            }
        }
        // Without them, none: curl would invent them.
        $headers += ['accept' => 'accept:', 'content-type' => 'content-type:'];
        $cookies = [];
        foreach (explode(';', $_SERVER['HTTP_COOKIE'] ?? '') as $cookie) {
            if (self::is_ours($cookie) && !preg_match('/[\x00-\x1f\x7f]/', $cookie)) {
                $cookies[] = trim($cookie);
            }
        }
        if ($cookies !== []) {
            $headers[] = 'Cookie: ' . implode('; ', $cookies);
        }
        $identity = self::identity($method, $target, $body, ['address' => $address] + self::who($layout));
        if ($identity !== null) {
            $headers[] = "Bridge-Identity: $identity";
        }
        return array_values($headers);
    }

    private static function is_ours(string $cookie): bool
    {
        return preg_match(self::COOKIE, trim(strstr($cookie, '=', true) ?: '')) === 1;
    }

    /** Whom the CRM's session names; whether they still may do something is the daemon's to find out. */
    private static function who(string $layout): array
    {
        $ci = get_instance();
        $staff = $ci->session->userdata('staff_logged_in') ? $ci->session->userdata('staff_user_id') : null;
        $who = [
            'language' => $GLOBALS['language'] ?? null,
            'csrf'     => ['name' => $ci->security->get_csrf_token_name(), 'value' => (string) $ci->security->get_csrf_hash()],
        ];
        if ($layout === 'staff') {
            return $who + ['staff' => $staff];
        }
        if (!$ci->session->userdata('client_logged_in')) {
            return $who;
        }
        return $who + [
            'contact' => $ci->session->userdata('contact_user_id'),
            'client'  => $ci->session->userdata('client_user_id'),
            'staff'   => $ci->session->userdata('logged_in_as_client') ? $staff : null,
        ];
    }

    private static function identity(string $method, string $target, string $body, array $who): ?string
    {
        $ci = get_instance();
        $ci->load->library('encryption');
        $secrets = $ci->encryption->decrypt(get_option('perfex_bridge_gateway_secret'));
        return perfex_bridge_identity((string) $secrets, $method, $target, $body, $who);
    }

    /** The page for when the daemon does not answer. The language files are read directly: it may be shown without any. */
    private static function unavailable(): array
    {
        $german = ($GLOBALS['language'] ?? '') === 'german'
            || (!isset($GLOBALS['language']) && stripos($_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? '', 'de') === 0);
        $lang = [];
        require dirname(__DIR__) . '/language/' . ($german ? 'german' : 'english') . '/perfex_bridge_lang.php';
        $answer = self::said(503, $lang['perfex_bridge_unavailable_text']);
        $answer['headers'][] = ['retry-after', '30'];
        $answer['headers'][] = ['bridge-fragment', rawurlencode($lang['perfex_bridge_unavailable'])];
        return $answer;
    }

    /** A short answer of our own. */
    private static function said(int $status, string $text): array
    {
        return [
            'status'  => $status,
            'headers' => [['content-type', 'text/html; charset=utf-8'], ['cache-control', 'no-store']],
            'body'    => '<p>' . html_escape($text) . '</p>',
        ];
    }
}
