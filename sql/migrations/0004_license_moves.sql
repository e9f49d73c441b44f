-- Who is told about a license, what an API key may create, and moves that wait for a click in a mail.

-- Who gets mail about a license that was given by hand or created by a program; for the others it is the contact of
-- their order. `language` is a language folder of the CRM, and NULL follows the CRM's own.
CREATE TABLE IF NOT EXISTS `{p}pm_license_holders` (
  `license_id` BIGINT NOT NULL PRIMARY KEY,
  `email` VARCHAR(100) NOT NULL,
  `name` VARCHAR(191) NOT NULL,
  `language` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  CONSTRAINT `{p}pm_license_holders_license` FOREIGN KEY (`license_id`) REFERENCES `{p}pm_licenses` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The products that an API key may create licenses for; a key without any row may do so for all.
CREATE TABLE IF NOT EXISTS `{p}pm_api_key_products` (
  `api_key_id` BIGINT NOT NULL,
  `product_id` BIGINT NOT NULL,
  PRIMARY KEY (`api_key_id`, `product_id`),
  CONSTRAINT `{p}pm_api_key_products_key` FOREIGN KEY (`api_key_id`) REFERENCES `{p}pm_api_keys` (`id`),
  CONSTRAINT `{p}pm_api_key_products_product` FOREIGN KEY (`product_id`) REFERENCES `{p}pm_products` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One open request a license: the primary key. Of the mailed link only the SHA-256 of its token is kept. A used token stays,
-- so that a second press of the button is answered like the first; it moves nothing any more. `mails` counts since `counted_from`: the row stays
-- after the move, so that the limit outlives it.
CREATE TABLE IF NOT EXISTS `{p}pm_license_move_requests` (
  `license_id` BIGINT NOT NULL PRIMARY KEY,
  `token_hash` BINARY(32) NULL,
  `from_domain` VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `to_domain` VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `expires_at` DATETIME(6) NOT NULL,
  `used_at` DATETIME(6) NULL,
  `mails` INT NOT NULL,
  `counted_from` DATETIME(6) NOT NULL,
  UNIQUE KEY `pm_license_move_requests_token` (`token_hash`),
  CONSTRAINT `{p}pm_license_move_requests_license` FOREIGN KEY (`license_id`) REFERENCES `{p}pm_licenses` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
