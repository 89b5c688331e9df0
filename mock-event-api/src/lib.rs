//! A fake of the Customer Insights - Journeys Event API.
