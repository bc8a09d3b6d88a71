-- +goose Up
CREATE TABLE `tokens` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `name` VARCHAR(128) NOT NULL DEFAULT '',
  `sealed` TEXT NOT NULL DEFAULT '',
  `until` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `name`)
);
