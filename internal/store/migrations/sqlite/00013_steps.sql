-- +goose Up
CREATE TABLE `steps` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `due_on` INT NOT NULL DEFAULT 0,
  `name` VARCHAR(16) NOT NULL DEFAULT '',
  `before` INT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `notice` VARCHAR(64) NOT NULL DEFAULT '',
  `rectify_by` INT NOT NULL DEFAULT 0,
  `why` VARCHAR(255) NOT NULL DEFAULT '',
  `order_id` BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT `steps_district_id_commitment_id_due_on_name_before` UNIQUE (`district_id`, `commitment_id`, `due_on`, `name`, `before`)
);
CREATE INDEX `steps_by_district_id_on` ON `steps` (`district_id`, `on`);
