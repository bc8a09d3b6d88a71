-- +goose Up
CREATE TABLE `dialogs` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `chat` VARCHAR(191) NOT NULL DEFAULT '',
  `question` MEDIUMTEXT NOT NULL,
  `asked_at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `person_id`, `chat`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
