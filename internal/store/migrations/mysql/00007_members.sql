-- +goose Up
CREATE TABLE `members` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `project_id`, `person_id`),
  KEY `members_by_district_id_person_id` (`district_id`, `person_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
