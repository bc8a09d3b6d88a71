-- +goose Up
CREATE TABLE `members` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `project_id`, `person_id`)
);
CREATE INDEX `members_by_district_id_person_id` ON `members` (`district_id`, `person_id`);
