-- +goose Up
CREATE TABLE `orders` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `year` INT NOT NULL DEFAULT 0,
  `number` INT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  `reply_by` INT NOT NULL DEFAULT 0,
  `why` VARCHAR(255) NOT NULL DEFAULT '',
  CONSTRAINT `orders_district_id_year_number` UNIQUE (`district_id`, `year`, `number`)
);
CREATE INDEX `orders_by_district_id_commitment_id` ON `orders` (`district_id`, `commitment_id`);
