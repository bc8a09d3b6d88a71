-- +goose Up
CREATE TABLE `policies` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `title` VARCHAR(191) NOT NULL DEFAULT '',
  `text` MEDIUMTEXT NOT NULL,
  `whom` VARCHAR(191) NOT NULL DEFAULT '',
  `until_on` INT NOT NULL DEFAULT 0,
  `ended` BOOLEAN NOT NULL DEFAULT FALSE,
  `version` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `policies_district_id_code` (`district_id`, `code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
