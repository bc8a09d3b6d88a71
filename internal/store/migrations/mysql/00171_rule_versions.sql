-- +goose Up
CREATE TABLE `rule_versions` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `version` VARCHAR(32) NOT NULL DEFAULT '',
  `text` MEDIUMTEXT NOT NULL,
  `since` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `rule_versions_district_id_version` (`district_id`, `version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
