-- +goose Up
CREATE TABLE `blobs` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `sha256` VARCHAR(64) NOT NULL DEFAULT '',
  `content_type` VARCHAR(64) NOT NULL DEFAULT '',
  `data` LONGBLOB NOT NULL,
  `created_at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `sha256`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
