-- The shop's settings lie among the CRM's options, whose names are not unique: one writer at a time.
INSERT IGNORE INTO `{p}bridge_locks` (`name`) VALUES ('shop_settings');
