-- +goose Up
CREATE TABLE `successions` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `post` VARCHAR(128) NOT NULL DEFAULT '',
  `from_id` BIGINT NOT NULL DEFAULT 0,
  `to_id` BIGINT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  `by` BIGINT NOT NULL DEFAULT 0,
  `at` BIGINT NOT NULL DEFAULT 0,
  `moved` TEXT NOT NULL DEFAULT ''
);
CREATE INDEX `successions_by_district_id_from_id` ON `successions` (`district_id`, `from_id`);
