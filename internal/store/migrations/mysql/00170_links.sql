-- +goose Up
CREATE TABLE `links` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `seq` BIGINT NOT NULL DEFAULT 0,
  `tbl` VARCHAR(32) NOT NULL DEFAULT '',
  `row_id` BIGINT NOT NULL DEFAULT 0,
  `part` VARCHAR(16) NOT NULL DEFAULT '',
  `version` INT NOT NULL DEFAULT 0,
  `sealed_at` BIGINT NOT NULL DEFAULT 0,
  `row_hash` VARCHAR(64) NOT NULL DEFAULT '',
  `hash` VARCHAR(64) NOT NULL DEFAULT '',
  PRIMARY KEY (`district_id`, `seq`),
  UNIQUE KEY `links_district_id_tbl_part_row_id` (`district_id`, `tbl`, `part`, `row_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
