-- +goose Up
CREATE TABLE `findings` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `style` VARCHAR(16) NOT NULL DEFAULT '',
  `ref` VARCHAR(64) NOT NULL DEFAULT '',
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  `found_on` INT NOT NULL DEFAULT 0,
  `why` VARCHAR(500) NOT NULL DEFAULT '',
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `disputed_by` BIGINT NOT NULL DEFAULT 0,
  `disputed_at` BIGINT NOT NULL DEFAULT 0,
  `dispute` TEXT NOT NULL DEFAULT '',
  `decided_by` BIGINT NOT NULL DEFAULT 0,
  `decided_at` BIGINT NOT NULL DEFAULT 0,
  `answer` TEXT NOT NULL DEFAULT '',
  CONSTRAINT `findings_check_1` CHECK (state IN ('stands','disputed','upheld','lifted'))
);
CREATE UNIQUE INDEX `findings_district_id_style_ref` ON `findings` (`district_id`, `style`, `ref`);
CREATE UNIQUE INDEX `findings_district_id_code` ON `findings` (`district_id`, `code`);
CREATE INDEX `findings_by_district_id_unit_id_on` ON `findings` (`district_id`, `unit_id`, `on`);
