from django import forms

from opd.forms import DayInput


class DashboardFilter(forms.Form):
    """The dashboard's filter sentence, kept in the address; wrong input is ignored."""

    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    titik = forms.IntegerField(label="titik", required=False, min_value=1)
