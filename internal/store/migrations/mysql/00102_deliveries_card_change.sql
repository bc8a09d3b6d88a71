-- +goose Up
ALTER TABLE `deliveries` ADD COLUMN `card_change` VARCHAR(1024) NOT NULL DEFAULT '';
