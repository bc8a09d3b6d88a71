-- +goose Up
CREATE TABLE `visits` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `enterprise` VARCHAR(191) NOT NULL DEFAULT '',
  `likeness` VARCHAR(191) NOT NULL DEFAULT '',
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `for_id` BIGINT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  `at` BIGINT NOT NULL DEFAULT 0,
  `text` TEXT NOT NULL DEFAULT '',
  `commitment_id` BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX `visits_by_district_id_on` ON `visits` (`district_id`, `on`);
CREATE INDEX `visits_by_district_id_at` ON `visits` (`district_id`, `at`);
