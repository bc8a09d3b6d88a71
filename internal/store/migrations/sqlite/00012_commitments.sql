-- +goose Up
CREATE TABLE `commitments` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `kind` VARCHAR(16) NOT NULL DEFAULT '',
  `title` VARCHAR(1000) NOT NULL DEFAULT '',
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `owner_id` BIGINT NOT NULL DEFAULT 0,
  `first_due_on` INT NOT NULL DEFAULT 0,
  `due_on` INT NOT NULL DEFAULT 0,
  `rectify_by` INT NOT NULL DEFAULT 0,
  `grace_on` INT NOT NULL DEFAULT 0,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `rung` VARCHAR(16) NOT NULL DEFAULT '',
  `weight` INT NOT NULL DEFAULT 0,
  `period` VARCHAR(32) NOT NULL DEFAULT '',
  `order_id` BIGINT NOT NULL DEFAULT 0,
  `evidence` TEXT NOT NULL DEFAULT '',
  `done_at` BIGINT NOT NULL DEFAULT 0,
  `closed_at` BIGINT NOT NULL DEFAULT 0,
  `created_at` BIGINT NOT NULL DEFAULT 0,
  `next_look` INT NOT NULL DEFAULT 0,
  `version` INT NOT NULL DEFAULT 0,
  CONSTRAINT `commitments_district_id_code` UNIQUE (`district_id`, `code`),
  CONSTRAINT `commitments_check_1` CHECK (state IN ('open','reported','accepted','waived','cancelled')),
  CONSTRAINT `commitments_check_2` CHECK (due_on > 0)
);
CREATE INDEX `commitments_by_district_id_next_look_id` ON `commitments` (`district_id`, `next_look`, `id`);
CREATE INDEX `commitments_by_district_id_project_id_kind` ON `commitments` (`district_id`, `project_id`, `kind`);
CREATE INDEX `commitments_by_district_id_owner_id_state` ON `commitments` (`district_id`, `owner_id`, `state`);
