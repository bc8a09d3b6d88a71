-- +goose Up
CREATE TABLE `leases` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `name` VARCHAR(128) NOT NULL DEFAULT '',
  `holder` VARCHAR(64) NOT NULL DEFAULT '',
  `until` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
