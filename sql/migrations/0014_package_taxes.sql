-- Which of the CRM's taxes a package has: `name` and `rate` are what that tax was when the package was last compared with
-- it. A package that still has these follows when the tax is changed there.
CREATE TABLE IF NOT EXISTS `{p}pm_package_taxes` (
  `package_id` BIGINT NOT NULL PRIMARY KEY,
  `tax_id` BIGINT NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  `rate` DECIMAL(15,2) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
