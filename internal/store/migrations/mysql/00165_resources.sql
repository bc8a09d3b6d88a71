-- +goose Up
CREATE TABLE `resources` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `kind` VARCHAR(16) NOT NULL DEFAULT '',
  `name` VARCHAR(191) NOT NULL DEFAULT '',
  `place` VARCHAR(191) NOT NULL DEFAULT '',
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `area` BIGINT NOT NULL DEFAULT 0,
  `price` BIGINT NOT NULL DEFAULT 0,
  `price_per` VARCHAR(32) NOT NULL DEFAULT '',
  `terms` VARCHAR(16) NOT NULL DEFAULT '',
  `conditions` MEDIUMTEXT NOT NULL,
  `taken` BOOLEAN NOT NULL DEFAULT FALSE,
  `version` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `resources_district_id_code` (`district_id`, `code`),
  KEY `resources_by_district_id_kind` (`district_id`, `kind`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
