-- +goose Up
CREATE TABLE `opinions` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `meeting_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `verdict` VARCHAR(16) NOT NULL DEFAULT '',
  `text` TEXT NOT NULL DEFAULT '',
  `at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `meeting_id`, `person_id`),
  CONSTRAINT `opinions_check_1` CHECK (verdict IN ('','同意','不同意','弃权'))
);
