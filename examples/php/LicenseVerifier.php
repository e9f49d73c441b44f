<?php

declare(strict_types=1);

/**
 * Checks the license of a module against perfex-bridge: one file, no dependencies, PHP 8.0 or newer with sodium.
 *
 *  - status() is for pages. It reads the stored lease and never touches the network, so no page waits for a license server.
 *  - refresh() is for cron. It asks the license server about once a day and stores its signed answer.
 *  - requestMove() is for a button that staff press when the license belongs to another site.
 *
 * A lease is `<base64url payload>.<base64url signature>`. It is believed for its signature alone, lasts 8 days, and is
 * written for one product, one domain and one question. Only a signed no takes a right away; silence never does.
 *
 * Messages are plain text, some of it the license server's own: escape them where you print them.
 *
 * The same rules, in Rust: src/licensing/lease.rs and src/licensing/domain.rs. Both are held to tests/vectors/*.json.
 */
final class LicenseVerifier
{
    /** Signed in front of the payload, so that a signature for anything else is none here. */
    private const CONTEXT = "perfex-bridge lease v1\n";
    private const LONGEST_LEASE = 8192;
    private const LONGEST_ANSWER = 65536;
    /** How far the license server's clock may be ahead of ours. */
    private const DRIFT = 300;
    /** How far our clock may be behind the latest time that was ever seen. */
    private const SET_BACK = 86400;
    /** Reaching the server takes no longer, in seconds, and the whole question no longer than PATIENCE. */
    private const REACHING = 3;
    private const PATIENCE = 8;
    private const HEADERS = ['Content-Type: application/json', 'Accept: application/json'];
    /** Said to `deactivate`, these mean that the license holds no place here. */
    private const NO_PLACE = ['released', 'wrong_domain', 'wrong_product', 'unknown', 'expired', 'suspended', 'revoked'];

    /** @var callable(): ?array */
    private $load;
    /** @var callable(array): void */
    private $save;
    /** @var callable(): int */
    private $clock;
    /** @var callable(string, string): string */
    private $post;

    /**
     * @param string        $product the slug of your product at the license server
     * @param string        $baseUrl the configured address of the CRM: config_item('base_url'), never $_SERVER['HTTP_HOST']
     * @param array         $keys    the list "keys" of the license server's /api/keys.json, shipped with your module
     * @param callable      $load    gives back what $save got last, or null
     * @param callable      $save    stores an array, for example as an encrypted option
     * @param callable|null $clock   gives the time; for tests
     * @param callable|null $post    sends a body to an address and gives back the answer's; for tests
     */
    public function __construct(
        private string $product,
        private string $baseUrl,
        private array $keys,
        callable $load,
        callable $save,
        ?callable $clock = null,
        ?callable $post = null
    ) {
        $this->load = $load;
        $this->save = $save;
        $this->clock = $clock ?? 'time';
        $this->post = $post ?? [self::class, 'postJson'];
    }

    /**
     * What the module may do now. No network, no writing. The message is plain text: escape it where you print it.
     *
     * @return array{valid: bool, code: string, message: string, domain: ?string, last_check: ?int, next_check: ?int, grace_ends: ?int}
     */
    public function status(): array
    {
        $stored = $this->stored();
        $status = [
            'valid' => false,
            'code' => 'none',
            'message' => $stored['error'] ?? 'No license is activated here yet: enter your license key.',
            'domain' => null,
            'last_check' => $stored['checked_at'],
            'next_check' => $stored['next_try'],
            'grace_ends' => null,
        ];
        if ($stored['lease'] === null) {
            return $status;
        }
        try {
            $lease = self::verify($stored['lease'], $this->keys);
            $status['domain'] = $lease['domain'];
            $status['grace_ends'] = $lease['exp'];
            self::check($lease, $this->expectation($stored, null));
        } catch (LicenseRefused $refused) {
            return ['code' => $refused->why, 'message' => $refused->getMessage()] + $status;
        }
        $status = self::said($lease) + $status;
        if ($lease['valid'] && $stored['error'] !== null) {
            $status['message'] = $stored['error'];
        }
        return $status;
    }

    /**
     * Asks the license server when it is time to. Call it from cron as often as you like; never from a page.
     *
     *  - `validate` stores the signed answer, a no as well, and gives back status().
     *  - `activate` stores a yes only: a mistyped key takes nothing from the one that works here.
     *  - `deactivate` forgets the stored license once it holds no place here; on `moves` it still does, and keeps working.
     *
     * The last two give back what was answered to them in `valid`, `code` and `message` (or why nobody answered); what the
     * module may do is in status(). The message is plain text: escape it where you print it.
     *
     * @param string $server such as https://licenses.example.com
     * @param bool   $now    ask now, for a button "check now" or after a new key was entered
     * @param string $what   validate, activate or deactivate
     */
    public function refresh(string $server, string $licenseKey, bool $now = false, string $what = 'validate'): array
    {
        $stored = $this->stored();
        $time = ($this->clock)();
        $wait = $stored['next_try'] - $time;
        // Longer than two days is no plan of ours: the clock was ahead when it was made.
        if (!$now && $wait > 0 && $wait < 172800) {
            if ($time > $stored['mark']) {
                ($this->save)(['mark' => $time] + $stored);
            }
            return $this->status();
        }
        $nonce = bin2hex(random_bytes(16));
        try {
            $answer = $this->ask($server, $what, $licenseKey, $nonce);
            $text = is_array($answer) ? ($answer['lease'] ?? null) : null;
            if (!is_string($text)) {
                throw self::refusal($answer, 'shape', 'The license server\'s answer has no license in it.');
            }
            $lease = self::verify($text, $this->keys);
            self::check($lease, $this->expectation($stored, $nonce));
        } catch (LicenseRefused $refused) {
            if ($what !== 'validate') {
                return ['valid' => false, 'code' => $refused->why, 'message' => $refused->getMessage()] + $this->status();
            }
            // 10 minutes, 20, 40 ... 12 hours. What was stored stays, and counts until its end.
            $failures = min(10, $stored['failures'] + 1);
            $stored['failures'] = $failures;
            $stored['error'] = $refused->getMessage();
            $stored['next_try'] = $time + min(43200, 300 * 2 ** $failures) + random_int(0, 300);
            $stored['mark'] = max($stored['mark'], $time);
            ($this->save)($stored);
            return $this->status();
        }
        $new = [
            'lease' => $text,
            'seq' => $lease['seq'],
            'mark' => $lease['server_time'],
            'checked_at' => $time,
            'failures' => 0,
            'error' => null,
            // Not all sites at the same second; after a no soon, so that who pays need not wait for a day.
            'next_try' => $time + ($lease['valid']
                ? max(3600, $lease['next_check'] - $lease['iat']) + random_int(-1800, 1800)
                : 3600 + random_int(0, 300)),
        ];
        if ($what === 'validate') {
            ($this->save)($new);
            return $this->status();
        }
        if ($what === 'activate' && $lease['valid']) {
            ($this->save)($new);
        } elseif ($what === 'deactivate' && $this->isFreed($stored['lease'], $lease)) {
            ($this->save)(['lease' => null] + $new);
        }
        return self::said($lease) + $this->status();
    }

    /**
     * Asks the license server to move the license here, when the answer was `wrong_domain`.
     *
     * Its holder gets a mail, and nothing changes before they confirm it. The server says the same whether there was a mail
     * or not. Once it is confirmed, the next refresh() is a yes.
     *
     * @return int for how many minutes the link in the mail works
     * @throws LicenseRefused when the server cannot be asked, or says why not; escape its message where you print it
     */
    public function requestMove(string $server, string $licenseKey): int
    {
        $answer = $this->ask($server, 'move', $licenseKey, bin2hex(random_bytes(16)));
        if (!is_array($answer) || ($answer['requested'] ?? null) !== true || !is_int($answer['valid_for_minutes'] ?? null)) {
            throw self::refusal($answer, 'move', 'The license server cannot move licenses.');
        }
        return $answer['valid_for_minutes'];
    }

    /**
     * Reads a lease that one of $keys signed. Whether it is for us and still counts is check()'s to say.
     *
     * @return array the fields of the lease
     * @throws LicenseRefused
     */
    public static function verify(string $text, array $keys): array
    {
        if (strlen($text) > self::LONGEST_LEASE) {
            throw new LicenseRefused('too_long', 'The license server\'s answer is far too long: this is not a license.');
        }
        $parts = explode('.', $text);
        $payload = self::decoded($parts[0]);
        $signature = self::decoded($parts[1] ?? null);
        if (count($parts) !== 2 || $payload === null || $signature === null) {
            throw new LicenseRefused('shape', 'The license server\'s answer is damaged: this is not a license.');
        }
        $lease = json_decode($payload, true, 16);
        $unreadable = new LicenseRefused('payload', 'The license server\'s answer cannot be read.');
        if (!is_array($lease) || !is_int($lease['v'] ?? null) || !is_string($lease['kid'] ?? null)) {
            throw $unreadable;
        }
        if ($lease['v'] !== 1) {
            throw new LicenseRefused('version', 'The license is in a newer format: update this module.');
        }
        $key = self::keyNamed($lease['kid'], $keys);
        // sodium throws for a signature of another length.
        if (
            strlen($signature) !== SODIUM_CRYPTO_SIGN_BYTES
            || !sodium_crypto_sign_verify_detached($signature, self::CONTEXT . $payload, self::decoded($key['x']))
        ) {
            throw new LicenseRefused('signature', 'The license was changed on its way, or is not from the license server.');
        }
        // From here on it is the authority that speaks; a field that is missing or of another type is its mistake.
        $types = array_fill_keys(['iat', 'nbf', 'exp', 'next_check', 'seq', 'server_time'], 'integer')
            + array_fill_keys(['product', 'domain', 'nonce', 'code'], 'string')
            + ['valid' => 'boolean', 'entitlements' => 'array'];
        foreach ($types as $field => $type) {
            if (gettype($lease[$field] ?? null) !== $type) {
                throw $unreadable;
            }
        }
        $end = $key['not_after'] ?? null;
        if ($end !== null && $lease['exp'] > $end) {
            throw new LicenseRefused('outlives_key', 'The license lasts longer than the retired key that signed it may.');
        }
        return $lease;
    }

    /**
     * Whether an authentic lease is for us and counts now. What it then says is in its `valid` and `code`.
     *
     * @param array $expected product, hosts (see hosts()), nonce (null for a stored lease), last_seq, now, high_water_mark
     * @throws LicenseRefused
     */
    public static function check(array $lease, array $expected): void
    {
        $now = $expected['now'];
        if ($lease['product'] !== $expected['product']) {
            throw new LicenseRefused(
                'other_product',
                "The license is for the product \"{$lease['product']}\", and this is \"{$expected['product']}\"."
            );
        }
        if (!in_array($lease['domain'], $expected['hosts'], true)) {
            $here = $expected['hosts'][0];
            throw new LicenseRefused('other_domain', "The license belongs to {$lease['domain']}, and this CRM runs at $here: move it here.");
        }
        $fresh = $expected['nonce'] !== null;
        if ($fresh && $lease['nonce'] !== $expected['nonce']) {
            throw new LicenseRefused('other_nonce', 'The license server\'s answer belongs to another question.');
        }
        // Numbers are times in milliseconds: one from the future was given by a clock that was ahead.
        $impossible = $expected['nonce'] !== null && $expected['last_seq'] > ($now + self::DRIFT) * 1000;
        if ($lease['seq'] < $expected['last_seq'] && !$impossible) {
            throw new LicenseRefused('replayed', 'The license server\'s answer is older than the last one seen here.');
        }
        $countsFrom = max($lease['iat'], $lease['nbf']);
        $ahead = $countsFrom - $now;
        if ($fresh && $ahead > self::DRIFT) {
            throw new LicenseRefused('from_future', 'This server\'s clock is behind the license server\'s: set it.');
        }
        // A new answer whose time agrees with ours proves that a later time seen before was the wrong one.
        $seen = $fresh && $ahead >= -self::DRIFT ? $now : max($now, $countsFrom, $expected['high_water_mark']);
        if ($seen - $now > self::SET_BACK) {
            throw new LicenseRefused('clock_set_back', 'This server\'s clock was set back: set it, then check again.');
        }
        if ($seen >= $lease['exp'] && $fresh) {
            throw new LicenseRefused('clock_ahead', 'This server\'s clock is far ahead of the license server\'s: set it.');
        }
        if ($seen >= $lease['exp']) {
            throw new LicenseRefused('expired', 'The license was not confirmed for 8 days: can this server reach the license server?');
        }
    }

    /**
     * The spellings under which a lease may name the host of $url: its normal one, and the one without `www.`.
     *
     * The server drops `www.` unless what remains is a public suffix; PHP has no list of those, so both spellings are
     * taken. That is safe: the server writes leases for the right one only.
     *
     * @return string[] the host as it is first
     * @throws LicenseRefused
     */
    public static function hosts(string $url): array
    {
        $host = self::host($url);
        $rest = str_starts_with($host, 'www.') ? substr($host, 4) : '';
        return str_contains($rest, '.') ? [$host, $rest] : [$host];
    }

    /**
     * The host of a URL, or a bare host, in one spelling: lower case, A-labels, no port, no trailing dot.
     *
     * @throws LicenseRefused
     */
    public static function host(string $text): string
    {
        if (strlen($text) > 2048) {
            throw new LicenseRefused('too_long', 'This is too long for a domain.');
        }
        $text = trim($text, " \t\r\n");
        if ($text === '') {
            throw new LicenseRefused('empty', 'No domain is given.');
        }
        $invisible = preg_match(
            '/[\x{0}-\x{20}\x{7f}-\x{a0}\x{ad}\x{1680}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{206f}\x{3000}\x{feff}]/u',
            $text
        );
        if ($invisible === 1) {
            throw new LicenseRefused('spaces', 'There is a space or an invisible character inside the domain.');
        }
        $noName = new LicenseRefused('name', 'This is not a host name.');
        if ($invisible === false || str_contains($text, '\\')) {
            throw $noName;
        }
        // The scheme, unless the mark of a path comes before it: example.com/?to=http://other.example
        if (str_starts_with($text, '//')) {
            $text = substr($text, 2);
        } elseif (preg_match('~^([^/?#]*)://(.*)$~s', $text, $found)) {
            if (!in_array(strtolower($found[1]), ['http', 'https'], true)) {
                throw new LicenseRefused('scheme', 'The address must begin with https:// or http://.');
            }
            $text = $found[2];
        }
        $authority = substr($text, 0, strcspn($text, '/?#'));
        $at = strrpos($authority, '@');
        $host = $at === false ? $authority : substr($authority, $at + 1);
        $port = '';
        if (str_starts_with($host, '[')) {
            if (!preg_match('/^\[([^\]]*:[^\]]*)\](?::(.*))?$/s', $host, $found)) {
                throw $noName;
            }
            [$host, $port] = [$found[1], $found[2] ?? ''];
        } elseif (substr_count($host, ':') === 1) {
            [$host, $port] = explode(':', $host);
        }
        if (!preg_match('/^[0-9]{0,5}$/D', $port) || (int) $port > 65535) {
            throw new LicenseRefused('port', 'The port after the domain is not a number.');
        }
        if ($host === '') {
            throw new LicenseRefused('empty', 'No domain is given.');
        }
        return self::address6($host) ?? self::address4($host) ?? self::name($host);
    }

    /** The base64url text as bytes; null unless it is the one spelling of them. */
    private static function decoded(?string $text): ?string
    {
        try {
            return $text === null ? null : sodium_base642bin($text, SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING);
        } catch (SodiumException) {
            return null;
        }
    }

    /** The key of this name. Its name is made from itself, so a list cannot give it another. */
    private static function keyNamed(string $kid, array $keys): array
    {
        foreach ($keys as $key) {
            $bytes = self::decoded($key['x'] ?? null);
            if ($bytes !== null && strlen($bytes) === 32 && substr(hash('sha256', $bytes), 0, 8) === $kid) {
                return $key;
            }
        }
        throw new LicenseRefused('unknown_key', 'The license is signed with a key that is not known here: update this module.');
    }

    /** An IPv6 address in brackets; null for names. */
    private static function address6(string $host): ?string
    {
        if (!str_contains($host, ':')) {
            return null;
        }
        if (filter_var($host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) === false) {
            throw new LicenseRefused('name', 'This is not an IP address.');
        }
        $bytes = inet_pton($host);
        if (str_starts_with($bytes, str_repeat("\0", 10) . "\xff\xff")) {
            return inet_ntop(substr($bytes, 12));
        }
        $text = inet_ntop($bytes);
        // The C library writes ::1:80 as ::0.1.0.128; Rust and browsers do not.
        return '[' . (str_contains($text, '.') ? vsprintf('::%x:%x', unpack('n2', $bytes, 12)) : $text) . ']';
    }

    /** An IPv4 address; null for names. What ends in a number is an address, and has one spelling only. */
    private static function address4(string $host): ?string
    {
        $host = str_ends_with($host, '.') ? substr($host, 0, -1) : $host;
        if (!preg_match('/(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/Di', $host)) {
            return null;
        }
        if (filter_var($host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) === false) {
            throw new LicenseRefused('number', 'This looks like an IP address but is not written as one.');
        }
        return $host;
    }

    /** A host name in lower-case A-labels. */
    private static function name(string $host): string
    {
        $name = strtr($host, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz');
        if (preg_match('/[^\x00-\x7f]|xn--/', $name)) {
            if (!function_exists('idn_to_ascii')) {
                // Without PHP's intl an A-label is taken as it is, and nothing else is guessed.
                if (preg_match('/[^\x00-\x7f]/', $name)) {
                    throw new LicenseRefused(
                        'intl',
                        'The domain has letters beyond a-z: install PHP\'s intl, or write it in its xn-- spelling.'
                    );
                }
            } else {
                $name = self::mapped($name);
            }
        }
        $name = str_ends_with($name, '.') ? substr($name, 0, -1) : $name;
        if ($name === '') {
            throw new LicenseRefused('empty', 'No domain is given.');
        }
        $labels = explode('.', $name);
        if (strlen($name) > 253 || max(array_map('strlen', $labels)) > 63) {
            throw new LicenseRefused('too_long', 'This is too long for a domain.');
        }
        foreach ($labels as $label) {
            if (!preg_match('/^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/D', $label)) {
                throw new LicenseRefused('name', 'This is not a host name.');
            }
        }
        // Digits that only looked like letters: a full-width 127.0.0.1.
        if (self::address4($name) !== null) {
            throw new LicenseRefused('number', 'This looks like an IP address but is not written as one.');
        }
        return $name;
    }

    /** UTS 46, non-transitional. */
    private static function mapped(string $name): string
    {
        $rules = IDNA_NONTRANSITIONAL_TO_ASCII | IDNA_CHECK_BIDI | IDNA_CHECK_CONTEXTJ;
        $tooLong = IDNA_ERROR_LABEL_TOO_LONG | IDNA_ERROR_DOMAIN_NAME_TOO_LONG;
        $name = str_replace(["\u{3002}", "\u{ff0e}", "\u{ff61}"], '.', $name);
        if ($name === '.') {
            return '';
        }
        $root = str_ends_with($name, '.');
        $ascii = @idn_to_ascii($root ? substr($name, 0, -1) : $name, $rules, INTL_IDNA_VARIANT_UTS46, $found);
        $errors = $found['errors'] ?? IDNA_ERROR_INVALID_ACE_LABEL;
        if ($errors !== 0 || $ascii === false || $ascii === '') {
            $long = $errors !== 0 && ($errors & ~$tooLong) === 0;
            throw new LicenseRefused($long ? 'too_long' : 'name', 'This is not a host name.');
        }
        return $root ? "$ascii." : $ascii;
    }

    /** What $save got last, with every field. Unreadable is the same as nothing: the next refresh() asks again. */
    private function stored(): array
    {
        $stored = ($this->load)();
        $stored = is_array($stored) ? $stored : [];
        $number = static fn (string $name): int => is_int($stored[$name] ?? null) ? $stored[$name] : 0;
        return [
            'lease' => is_string($stored['lease'] ?? null) ? $stored['lease'] : null,
            'seq' => $number('seq'),
            'mark' => $number('mark'),
            'checked_at' => $number('checked_at') ?: null,
            'failures' => $number('failures'),
            'next_try' => $number('next_try'),
            'error' => is_string($stored['error'] ?? null) ? $stored['error'] : null,
        ];
    }

    private function expectation(array $stored, ?string $nonce): array
    {
        return [
            'product' => $this->product,
            'hosts' => self::hosts($this->baseUrl),
            'nonce' => $nonce,
            'last_seq' => $stored['seq'],
            'now' => ($this->clock)(),
            'high_water_mark' => $stored['mark'],
        ];
    }

    /** What a lease says, for staff. */
    private static function said(array $lease): array
    {
        $message = $lease['valid'] ? 'The license is valid.' : "The license server says: {$lease['code']}.";
        return ['valid' => $lease['valid'], 'code' => $lease['code'], 'message' => $message];
    }

    /** Whether an answer to `deactivate` ends the stored lease: it is for the same license, which holds no place here. */
    private function isFreed(?string $stored, array $answer): bool
    {
        if (!in_array($answer['code'], self::NO_PLACE, true)) {
            return false;
        }
        try {
            // A mistyped key is of no license, or of another one.
            return $stored !== null && (self::verify($stored, $this->keys)['lic'] ?? null) === ($answer['lic'] ?? null);
        } catch (LicenseRefused) {
            return true;
        }
    }

    /** Why there is no usable answer: in the server's own words when it has any, as one line of 300 characters at most. */
    private static function refusal(mixed $answer, string $why, string $otherwise): LicenseRefused
    {
        $detail = is_array($answer) && is_string($answer['detail'] ?? null) ? $answer['detail'] : '';
        preg_match('/^.{0,300}/u', trim((string) preg_replace('/[\pC\pZ]+/u', ' ', $detail), ' .'), $line);
        return new LicenseRefused($why, ($line[0] ?? '') === '' ? $otherwise : "The license server says: $line[0].");
    }

    /** What the license server answers to a question about the license here: decoded JSON, of whatever kind. */
    private function ask(string $server, string $what, string $licenseKey, string $nonce): mixed
    {
        $question = [
            'license_key' => $licenseKey,
            'domain' => self::hosts($this->baseUrl)[0],
            'product' => $this->product,
            'nonce' => $nonce,
        ];
        $answer = ($this->post)(self::address($server, $what), json_encode($question, JSON_INVALID_UTF8_SUBSTITUTE));
        return json_decode($answer, true, 8);
    }

    /** The address to ask; the key goes over TLS, or does not leave this machine. */
    private static function address(string $server, string $what): string
    {
        if (!preg_match('~^(?:https://|http://(?:localhost|127\.0\.0\.1)(?::[0-9]+)?(?:/|$))~i', $server)) {
            throw new LicenseRefused('server', 'The address of the license server must begin with https://.');
        }
        return rtrim($server, '/') . "/api/$what.php";
    }

    /** One POST: no redirects, not more than a lease needs, and not longer than PATIENCE. */
    private static function postJson(string $url, string $body): string
    {
        $answer = function_exists('curl_exec') ? self::byCurl($url, $body) : self::byStream($url, $body);
        return $answer ?? throw new LicenseRefused('unreachable', 'The license server cannot be reached at the moment.');
    }

    private static function byCurl(string $url, string $body): ?string
    {
        $answer = '';
        $curl = curl_init($url);
        curl_setopt_array($curl, [
            CURLOPT_POSTFIELDS => $body,
            CURLOPT_HTTPHEADER => self::HEADERS,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTPS | CURLPROTO_HTTP,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_CONNECTTIMEOUT => self::REACHING,
            CURLOPT_TIMEOUT => self::PATIENCE,
            CURLOPT_SSL_VERIFYPEER => true,
            CURLOPT_SSL_VERIFYHOST => 2,
            // Taking less than there is ends the transfer.
            CURLOPT_WRITEFUNCTION => static function ($curl, string $part) use (&$answer): int {
                $answer .= $part;
                return strlen($answer) > self::LONGEST_ANSWER ? 0 : strlen($part);
            },
        ]);
        // What is not encrypted does not leave this machine, whatever http_proxy says.
        if (stripos($url, 'https:') !== 0) {
            curl_setopt($curl, CURLOPT_PROXY, '');
        }
        return curl_exec($curl) === false ? null : $answer;
    }

    /** The same without PHP's curl. Looking up the server's name is the system's and not in PATIENCE. */
    private static function byStream(string $url, string $body): ?string
    {
        $until = microtime(true) + self::PATIENCE;
        // parse_url leaves no control characters, so the address cannot add header lines.
        $to = parse_url($url) ?: [];
        if (!isset($to['host'], $to['path'])) {
            return null;
        }
        $tls = strtolower($to['scheme']) === 'https';
        $peer = ($tls ? 'tls://' : 'tcp://') . $to['host'] . ':' . ($to['port'] ?? ($tls ? 443 : 80));
        $context = stream_context_create(['ssl' => ['verify_peer' => true, 'verify_peer_name' => true]]);
        $stream = @stream_socket_client($peer, $error, $sentence, self::REACHING, STREAM_CLIENT_CONNECT, $context);
        if ($stream === false) {
            return null;
        }
        stream_set_blocking($stream, false);
        $host = $to['host'] . (isset($to['port']) ? ":{$to['port']}" : '');
        $head = ["POST {$to['path']} HTTP/1.0", "Host: $host", 'Content-Length: ' . strlen($body), ...self::HEADERS];
        $question = implode("\r\n", $head) . "\r\n\r\n$body";
        // A question is far smaller than what the system takes at once.
        if (@fwrite($stream, $question) !== strlen($question)) {
            return null;
        }
        // An answer in HTTP/1.0 ends with the connection; whether it is whole is seen by its JSON and its signature.
        $answer = '';
        while (!feof($stream)) {
            $left = (int) (($until - microtime(true)) * 1e6);
            if ($left <= 0 || strlen($answer) > self::LONGEST_ANSWER) {
                return null;
            }
            $readable = [$stream];
            $none = null;
            @stream_select($readable, $none, $none, 0, $left);
            $answer .= (string) @fread($stream, 8192);
        }
        return explode("\r\n\r\n", $answer, 2)[1] ?? null;
    }
}

/** Why something is not a license, or not for us, or not now: a word for programs, and for staff a sentence of plain text. */
final class LicenseRefused extends Exception
{
    public function __construct(public string $why, string $sentence)
    {
        parent::__construct($sentence);
    }
}
