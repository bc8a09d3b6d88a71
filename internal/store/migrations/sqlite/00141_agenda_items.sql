-- +goose Up
CREATE TABLE `agenda_items` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `meeting_id` BIGINT NOT NULL DEFAULT 0,
  `ord` INT NOT NULL DEFAULT 0,
  `section` VARCHAR(16) NOT NULL DEFAULT '',
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `owner_id` BIGINT NOT NULL DEFAULT 0,
  `kind` VARCHAR(16) NOT NULL DEFAULT '',
  `code` VARCHAR(16) NOT NULL DEFAULT '',
  `title` TEXT NOT NULL DEFAULT '',
  `due_on` INT NOT NULL DEFAULT 0,
  `colour` VARCHAR(16) NOT NULL DEFAULT '',
  `why` TEXT NOT NULL DEFAULT '',
  `answer` TEXT NOT NULL DEFAULT '',
  CONSTRAINT `agenda_items_district_id_meeting_id_ord` UNIQUE (`district_id`, `meeting_id`, `ord`),
  CONSTRAINT `agenda_items_check_1` CHECK (section IN ('last','level','red'))
);
