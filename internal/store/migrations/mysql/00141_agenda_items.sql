-- +goose Up
CREATE TABLE `agenda_items` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `meeting_id` BIGINT NOT NULL DEFAULT 0,
  `ord` INT NOT NULL DEFAULT 0,
  `section` VARCHAR(16) NOT NULL DEFAULT '',
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `owner_id` BIGINT NOT NULL DEFAULT 0,
  `kind` VARCHAR(16) NOT NULL DEFAULT '',
  `code` VARCHAR(16) NOT NULL DEFAULT '',
  `title` MEDIUMTEXT NOT NULL,
  `due_on` INT NOT NULL DEFAULT 0,
  `colour` VARCHAR(16) NOT NULL DEFAULT '',
  `why` MEDIUMTEXT NOT NULL,
  `answer` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `agenda_items_district_id_meeting_id_ord` (`district_id`, `meeting_id`, `ord`),
  CONSTRAINT `agenda_items_check_1` CHECK (section IN ('last','level','red'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
