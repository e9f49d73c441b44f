-- The license authority: who may create licenses, and which domain each license is bound to.

-- One production domain (slot 0) and one staging name (slot 1) a license: the primary key, not a count.
CREATE TABLE IF NOT EXISTS `{p}pm_license_bindings` (
  `license_id` BIGINT NOT NULL,
  `slot` TINYINT NOT NULL,
  `domain` VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `bound_at` DATETIME(6) NOT NULL,
  PRIMARY KEY (`license_id`, `slot`),
  KEY `pm_license_bindings_domain` (`domain`),
  CONSTRAINT `{p}pm_license_bindings_license` FOREIGN KEY (`license_id`) REFERENCES `{p}pm_licenses` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Each time a domain was released; a license may be moved only so often.
CREATE TABLE IF NOT EXISTS `{p}pm_license_moves` (
  `id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `license_id` BIGINT NOT NULL,
  `slot` TINYINT NOT NULL,
  `domain` VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `moved_at` DATETIME(6) NOT NULL,
  `by_staff` TINYINT NOT NULL,
  KEY `pm_license_moves_license` (`license_id`, `moved_at`),
  CONSTRAINT `{p}pm_license_moves_license` FOREIGN KEY (`license_id`) REFERENCES `{p}pm_licenses` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Programs that may create licenses; a key is shown once and kept as its SHA-256.
CREATE TABLE IF NOT EXISTS `{p}pm_api_keys` (
  `id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `name` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `key_hash` BINARY(32) NOT NULL,
  `created_at` DATETIME(6) NOT NULL,
  `last_used_at` DATETIME(6) NULL,
  `revoked_at` DATETIME(6) NULL,
  UNIQUE KEY `pm_api_keys_name` (`name`),
  UNIQUE KEY `pm_api_keys_key` (`key_hash`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A retry with the same reference gets the same license: the primary key. `request_hash` tells a retry from a mistake.
CREATE TABLE IF NOT EXISTS `{p}pm_license_requests` (
  `api_key_id` BIGINT NOT NULL,
  `reference` VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `request_hash` BINARY(32) NOT NULL,
  `license_id` BIGINT NOT NULL,
  `created_at` DATETIME(6) NOT NULL,
  PRIMARY KEY (`api_key_id`, `reference`),
  CONSTRAINT `{p}pm_license_requests_key` FOREIGN KEY (`api_key_id`) REFERENCES `{p}pm_api_keys` (`id`),
  CONSTRAINT `{p}pm_license_requests_license` FOREIGN KEY (`license_id`) REFERENCES `{p}pm_licenses` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
