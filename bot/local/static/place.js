// Where a person is: a city, or degrees.

import { byId, element } from "./dom.js";

export const PIN =
  "M12 21s-7-6.2-7-11.5a7 7 0 0 1 14 0C19 14.8 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z";
const CITIES = [
  ["Honolulu", 21.3069, -157.8583], ["Los Angeles", 34.0522, -118.2437], ["New York", 40.7128, -74.006],
  ["São Paulo", -23.5505, -46.6333], ["London", 51.5074, -0.1278], ["Berlin", 52.52, 13.405],
  ["Nairobi", -1.2864, 36.8172], ["Mumbai", 19.076, 72.8777], ["Kathmandu", 27.7172, 85.324],
  ["Tokyo", 35.6762, 139.6503], ["Sydney", -33.8688, 151.2093], ["Auckland", -36.8485, 174.7633],
];

export class PlaceDialog {
  // `share(latitude, longitude)` resolves when it is done.
  constructor(share) {
    this.share = share;
    this.dialog = byId("place");
    byId("place-cities").append(...CITIES.map(([name, latitude, longitude]) =>
      element("button", { type: "button", class: "quiet", onclick: () => this.chosen(latitude, longitude) }, name)));
    byId("place-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.chosen(byId("place-latitude").valueAsNumber, byId("place-longitude").valueAsNumber);
    });
    byId("locate").addEventListener("click", () => this.open());
  }

  open() {
    this.dialog.showModal();
  }

  chosen(latitude, longitude) {
    this.dialog.close();
    this.share(latitude, longitude);
  }
}

const degrees = (value, [plus, minus]) => `${Math.abs(value).toFixed(4)}° ${value < 0 ? minus : plus}`;

export const coordinates = ({ latitude, longitude }) => `${degrees(latitude, "NS")}, ${degrees(longitude, "EW")}`;
